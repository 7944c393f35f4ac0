import * as v from 'valibot';
import { checkRequest } from '../../src/common/check-against-schema.js';
import { share } from '../../src/simulator/relay/network-conditions.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import type { Wire } from './breakable-wire.js';
import type { LeverPull, StrikingLever, ValueLever } from './lever-pull.js';
import type { LeverState } from './lever-state.js';
import type { LossyWay } from './lossy-way.js';

/** How long the proxy is away, how long no wire to the gateway opens, and how long UDP
 * is blocked, in milliseconds. */
const OUTAGE = 3_000;
const CUT = 5_000;
const BLOCKED = 10_000;
const PERFECT = { loss: 0, latency: 0, jitter: 0 };
/**
 * Says when the players hear of what happens to their session. The proxy has to ask, and asks seldom once the session
 * is open.
 */
const NEWS = {
  pending: 'The players hear of it within 2 seconds.',
  open: 'The players hear of it within 10 seconds: once a session is open, the proxy asks seldom.',
};
const WireLoss = v.object({ 'wire-loss': share });
const NO_SESSION =
  'There is no session for that: the host must create one, and it must be linked to be moved.';

/** What each lever does. Each returns a sentence that says what was done. */
type ValueLevers = Readonly<Record<ValueLever, (value: number) => string>>;
type StrikingLevers = Readonly<
  Record<StrikingLever, (sessionId: string) => string | Promise<string>>
>;

/** The levers at a simulator, and at the wires between it and the page. */
export class Levers {
  readonly #simulator: Simulator;
  readonly #wire: Wire;
  readonly #way: LossyWay;
  readonly #values: ValueLevers;
  readonly #striking: StrikingLevers;

  constructor(simulator: Simulator, wire: Wire, way: LossyWay) {
    this.#simulator = simulator;
    this.#wire = wire;
    this.#way = way;
    this.#values = valueLevers(simulator, way);
    this.#striking = {
      ...sessionLevers(simulator),
      ...wireLevers(wire, way),
      'lose-webhook': () => {
        simulator.faults.add({ kind: 'webhook-lost', times: 1 });
        return 'The next webhook will be lost: the proxy has to find out by itself.';
      },
      disarm: () => {
        simulator.faults.clear();
        simulator.setNetwork(PERFECT);
        wire.requests.mend();
        wire.channels.mend();
        way.mend();
        return 'Nothing goes wrong any more.';
      },
    };
  }

  /**
   * Pulls one, and says in a sentence what that does.
   *
   * @throws {RelayError} `invalid-request` for a value that makes no sense; the message names what is wrong.
   */
  async pull(pull: LeverPull): Promise<string> {
    return 'value' in pull
      ? this.#values[pull.lever](pull.value)
      : this.#striking[pull.lever](pull.session_id ?? '');
  }

  /** What is still armed, and what the network is like. */
  state(): LeverState {
    const simulator = this.#simulator;
    const { channels, requests } = this.#wire;
    const isWebhookLost = simulator.faults.list().some(({ kind }) => kind === 'webhook-lost');
    const states: [StrikingLever, boolean][] = [
      ['lose-connection', requests.isCut],
      ['rate-limit', requests.refusalsLeft > 0],
      ['lose-webhook', isWebhookLost],
      ['cut-wire', channels.isCut],
      ['block-udp', this.#way.isUdpBlocked],
    ];
    const { lost } = simulator.stats().relay;
    return {
      armed: states.filter(([, isArmed]) => isArmed).map(([lever]) => lever),
      network: { ...simulator.network(), 'wire-loss': this.#way.loss },
      lost: { out: lost.toRelay, in: lost.fromRelay },
    };
  }
}

function valueLevers(simulator: Simulator, way: LossyWay): ValueLevers {
  return {
    'link-delay'(linkDelay) {
      simulator.setLife({ linkDelay });
      return `From the next session on, linking takes ${linkDelay} ms.`;
    },
    'wire-loss'(loss) {
      way.loss = checkRequest(WireLoss, { 'wire-loss': loss })['wire-loss'];
      return (
        `${percentOf(loss)} % of the packets are lost between pages and gateway. ` +
        'A WebSocket waits for each, and a data channel goes on without it.'
      );
    },
    loss(loss) {
      simulator.setNetwork({ loss });
      return `${percentOf(loss)} % of the datagrams are lost on the way to the relay, and as many on the way from it.`;
    },
    latency(latency) {
      simulator.setNetwork({ latency });
      return `Each way takes ${latency} ms more: the round trip to the relay ${latency * 2} ms.`;
    },
    jitter(jitter) {
      simulator.setNetwork({ jitter });
      return `Each datagram takes up to ${jitter} ms longer, as chance will have it: some overtake others.`;
    },
  };
}

const percentOf = (loss: number) => Number((loss * 100).toFixed(1));

function sessionLevers(simulator: Simulator): Pick<StrikingLevers, 'fail' | 'relink' | 'end'> {
  /** Pulls at a session, and says what happened, and when the players hear of it. */
  const at = async (
    sessionId: string,
    sentence: string,
    strike: () => boolean | Promise<boolean>,
  ): Promise<string> => {
    const before = simulator.sessions().find(({ session_id }) => session_id === sessionId);
    const isDone = await strike();
    return isDone ? `${sentence} ${before?.linked ? NEWS.open : NEWS.pending}` : NO_SESSION;
  };
  return {
    fail: (id) =>
      at(id, 'The session failed.', () =>
        simulator.failSession(id, 'The lever on the demo page was pulled.'),
      ),
    relink: (id) => at(id, 'The session has another relay.', () => simulator.relink(id)),
    end: (id) => at(id, 'The service ended the session.', () => simulator.endSession(id)),
  };
}

function wireLevers(
  wire: Wire,
  way: LossyWay,
): Pick<StrikingLevers, 'lose-connection' | 'rate-limit' | 'cut-wire' | 'block-udp'> {
  return {
    'lose-connection'() {
      wire.requests.cut(OUTAGE);
      return `All connections to the proxy are cut, and refused for ${OUTAGE / 1_000} seconds.`;
    },
    'rate-limit'() {
      wire.requests.refuse(2);
      return 'The next two requests to the proxy get 429, with Retry-After: 2.';
    },
    'cut-wire'() {
      wire.channels.cut(CUT);
      way.blockUdp(CUT);
      return `The pages’ wires to the gateway are cut, and none opens for ${CUT / 1_000} seconds.`;
    },
    'block-udp'() {
      way.blockUdp(BLOCKED);
      return `Nothing gets through by UDP for ${BLOCKED / 1_000} seconds: the channels go on by WebSocket.`;
    },
  };
}
