import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { BodyError } from '../../http/read-json.js';
import {
  AUTHORIZE_FAILED_SESSION,
  AUTHORIZE_PRIVATE_ADDRESS,
  AUTHORIZE_SAME_ADDRESS,
  AUTHORIZE_UNKNOWN_SESSION,
  PUBLIC_IP,
  revokeStatus,
} from '../assumptions.js';
import { type InjectOptions, injectFaults } from '../faults/index.js';
import { OPERATION_IDS, OPERATIONS, type OperationId } from '../operations.js';
import {
  type Draw,
  isPublicAddress,
  type Sessions,
  type SimulatedSession,
  spellAddress,
  withAbsentValues,
} from '../sessions/index.js';
import type { SimulatorContext, SimulatorEnv } from '../simulator-env.js';
import type { SameAddress } from '../simulator-options.js';
import { paginate } from './pages.js';
import { readBody, refuse } from './read-body.js';
import { STRICT_REQUESTS, TOLERANT_REQUESTS } from './requests.js';

/** What the routes work with. */
export interface RoutesOptions extends InjectOptions {
  readonly sessions: Sessions;
  readonly draw: Draw;
  readonly apiToken: string;
  /** Whether to refuse what is not documented, though clients in the wild send it. */
  readonly isStrict: boolean;
  /** Whether a user may come from this IP address. */
  readonly isAddressAccepted: (ip: string) => boolean;
  /** What happens to an address that a user of the session has already. */
  readonly sameAddress: SameAddress;
  /** Told of every answer; `dropped` instead of a status where the connection was cut. */
  readonly onAnswer: (operation: OperationId, status: string) => void;
}

const NO_SESSION = 'There is no such session.';

/** The relay session API over the simulator's sessions. */
export function createRoutes(options: RoutesOptions): Hono<SimulatorEnv> {
  const { sessions, draw, isStrict, isAddressAccepted, sameAddress, onAnswer } = options;
  const requests = isStrict ? STRICT_REQUESTS : TOLERANT_REQUESTS;
  const app = new Hono<SimulatorEnv>();
  app.onError((error, context) => {
    if (error instanceof HTTPException) {
      return context.json({ message: error.message }, error.status);
    }
    if (error instanceof BodyError) {
      if (error.reason === 'aborted') context.set('isDropped', true);
      return context.json({ message: error.message }, 400);
    }
    return context.json({ message: 'The simulator failed.' }, 500);
  });
  app.notFound((context) => context.json({ message: 'There is no such path.' }, 404));

  const read: typeof readBody = (request, schema) => {
    if (isStrict) checkIsJson(request);
    return readBody(request, schema);
  };
  const find = (id: string | undefined) => sessions.get(id ?? '') ?? refuse(404, NO_SESSION);
  const show = (session: SimulatedSession) => withAbsentValues(session, session.document());

  const answers: Record<OperationId, (context: SimulatorContext) => Response | Promise<Response>> =
    {
      'relay-session-create': async ({ req, json }) => {
        const { users, webhook_url } = await read(req.raw, requests.create);
        const ips = users.map(({ ip }) => ip);
        const session = await sessions
          .create(ips, webhook_url)
          .catch(() => refuse(503, 'No relay can be had for the session.'));
        return json(show(session));
      },
      'relay-session-list': ({ req, json }) => {
        const { items, ...page } = paginate(sessions.list(), req.query());
        return json({ sessions: items.map(show), ...page });
      },
      'relay-session-get': ({ req, json }) => json(show(find(req.param('session_id')))),
      'relay-session-delete': ({ req, body }) => {
        const { id } = find(req.param('session_id')).birth;
        sessions.delete(id);
        return body(null, 204);
      },
      'relay-user-authorize': async ({ req, json }) => {
        const { session_id, user_ip } = await read(req.raw, requests.authorize);
        const session = sessions.get(session_id);
        if (!session)
          return refuse(AUTHORIZE_UNKNOWN_SESSION, `"session_id" is wrong. ${NO_SESSION}`);
        if (session.error) refuse(AUTHORIZE_FAILED_SESSION, 'The session has failed.');
        if (!isAddressAccepted(user_ip)) {
          refuse(AUTHORIZE_PRIVATE_ADDRESS, '"user_ip" must be a public IP address.');
        }
        const present = session.userFrom(user_ip);
        if (present && sameAddress === 'conflict') {
          refuse(AUTHORIZE_SAME_ADDRESS, 'A user of the session has this "user_ip" already.');
        }
        const isShared = present && sameAddress === 'same-user';
        const user = isShared ? present : session.admit(user_ip, draw);
        return json(withAbsentValues(session, session.authorization(user)));
      },
      'relay-user-revoke': async ({ req, body, json }) => {
        const { session_id, authorization_token } = await read(req.raw, requests.revoke);
        const session = find(session_id);
        const { users } = session;
        if (!users.delete(authorization_token)) {
          refuse(404, 'The session has no user with this "authorization_token".');
        }
        return revokeStatus(users.size) === 204 ? body(null, 204) : json(show(session));
      },
    };

  for (const id of OPERATION_IDS) {
    const { method, path } = OPERATIONS[id];
    app.on(
      method,
      path,
      async (context, next) => {
        await next();
        onAnswer(id, context.get('isDropped') ? 'dropped' : String(context.res.status));
      },
      async (context, next) => {
        checkToken(context, options);
        await next();
      },
      injectFaults(id, options),
      answers[id],
    );
  }
  if (!isStrict) {
    app.get('/v1/ip', (context) => {
      checkToken(context, options);
      const { remoteAddress } = context.env;
      const isPublic = isPublicAddress(remoteAddress);
      return context.json({ public_ip: isPublic ? spellAddress(remoteAddress) : PUBLIC_IP });
    });
  }
  return app;
}

/** The literal word `token` belongs to it; some write it `Token`. */
function checkToken(
  { req }: SimulatorContext,
  { apiToken, isStrict }: Pick<RoutesOptions, 'apiToken' | 'isStrict'>,
): void {
  const [, word, token] = /^(token) (.*)$/i.exec(req.header('authorization') ?? '') ?? [];
  if (!word || (isStrict && word !== 'token')) {
    refuse(401, 'Send the header "Authorization: token <api token>".');
  }
  if (token !== apiToken) refuse(403, 'The API token is wrong.');
}

function checkIsJson({ headers }: Request): void {
  if (!/^application\/json\s*(?:;|$)/i.test(headers.get('content-type') ?? '')) {
    refuse(400, 'Send the header "Content-Type: application/json".');
  }
}
