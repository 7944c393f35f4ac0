import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Simulator } from '../../src/simulator/simulator.js';
import type { Wire } from './breakable-wire.js';

/** What can be made to go wrong. */
export type Lever =
  | 'link-delay'
  | 'fail'
  | 'lose-connection'
  | 'rate-limit'
  | 'relink'
  | 'end'
  | 'lose-webhook'
  | 'disarm';

/** What the page asks for. */
export interface LeverPull {
  readonly lever: Lever;
  /** The session that it is for, if it is for one. */
  readonly session_id?: string;
  /** For `link-delay`: milliseconds. */
  readonly value?: number;
}

const OUTAGE = 3_000;
/**
 * Says when the players hear of what happens to their session. The proxy has to ask, and asks seldom once the session
 * is open.
 */
const NEWS = {
  pending: 'The players hear of it within 2 seconds.',
  open: 'The players hear of it within 10 seconds: once a session is open, the proxy asks seldom.',
};

/**
 * Answers `POST /service/levers` with a sentence that says what was done, and `GET` with the levers that were pulled
 * and have not taken effect yet, as JSON.
 */
export function createLeverRoutes(simulator: Simulator, wire: Wire) {
  const armed = (): Lever[] => {
    const isWebhookLost = simulator.faults.list().some(({ kind }) => kind === 'webhook-lost');
    const states: [Lever, boolean][] = [
      ['lose-connection', wire.isCut],
      ['rate-limit', wire.refusalsLeft > 0],
      ['lose-webhook', isWebhookLost],
    ];
    return states.filter(([, isArmed]) => isArmed).map(([lever]) => lever);
  };
  const pull = async ({ lever, session_id = '', value = 0 }: LeverPull): Promise<string> => {
    const before = simulator.sessions().find((session) => session.session_id === session_id);
    const forSession = (done: boolean, sentence: string) =>
      done
        ? `${sentence} ${before?.linked ? NEWS.open : NEWS.pending}`
        : 'There is no session for that: the host must create one, and it must be linked to be moved.';
    switch (lever) {
      case 'link-delay':
        simulator.setLife({ linkDelay: value });
        return `From the next session on, linking takes ${value} ms.`;
      case 'fail':
        return forSession(
          simulator.failSession(session_id, 'The lever on the demo page was pulled.'),
          'The session failed.',
        );
      case 'relink':
        return forSession(await simulator.relink(session_id), 'The session has another relay.');
      case 'end':
        return forSession(simulator.endSession(session_id), 'The service ended the session.');
      case 'lose-connection':
        wire.cut(OUTAGE);
        return `All connections to the proxy are cut, and refused for ${OUTAGE / 1_000} seconds.`;
      case 'rate-limit':
        wire.refuse(2);
        return 'The next two requests to the proxy get 429, with Retry-After: 2.';
      case 'lose-webhook':
        simulator.faults.add({ kind: 'webhook-lost', times: 1 });
        return 'The next webhook will be lost: the proxy has to find out by itself.';
      case 'disarm':
        simulator.faults.clear();
        wire.mend();
        return 'Nothing goes wrong any more.';
      default:
        return 'There is no such lever.';
    }
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json');
      response.setHeader('cache-control', 'no-store');
      response.end(JSON.stringify(armed()));
      return;
    }
    // A page of another origin would have to ask before it sends this type, and gets no answer to that.
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
      response.writeHead(400).end('Levers take POST with JSON.');
      return;
    }
    const sentence = await json(request)
      .then((body) => pull(body as LeverPull))
      .catch((error: Error) => {
        response.statusCode = 400;
        return error.message;
      });
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(sentence);
  };
}
