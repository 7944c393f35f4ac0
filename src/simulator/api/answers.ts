import type * as v from 'valibot';
import {
  AUTHORIZE_FAILED_SESSION,
  AUTHORIZE_PRIVATE_ADDRESS,
  AUTHORIZE_SAME_ADDRESS,
  AUTHORIZE_UNKNOWN_SESSION,
  revokeStatus,
} from '../assumptions.js';
import type { OperationId } from '../operations.js';
import {
  type Draw,
  type Sessions,
  type SimulatedSession,
  withAbsentValues,
} from '../sessions/index.js';
import type { SimulatorContext } from '../simulator-env.js';
import type { SameAddress } from '../simulator-options.js';
import { paginate } from './pages.js';
import { readBody, refuse } from './read-body.js';
import { STRICT_REQUESTS, TOLERANT_REQUESTS } from './requests.js';

// The answers of the six operations, in the order of the API's document.

/** What the answers are made of. */
export interface AnswersOptions {
  readonly sessions: Sessions;
  readonly draw: Draw;
  /** Whether to refuse what is not documented, though clients in the wild send it. */
  readonly isStrict: boolean;
  /** Whether a user may come from this IP address. */
  readonly isAddressAccepted: (ip: string) => boolean;
  /** What happens to an address that a user of the session has already. */
  readonly sameAddress: SameAddress;
}

/** Carries one operation out, and answers. */
type Answer = (context: SimulatorContext, options: AnswersOptions) => Response | Promise<Response>;

const NO_SESSION = 'There is no such session.';

const create: Answer = async ({ req, json }, options) => {
  const { users, webhook_url } = await read(req.raw, options, requestsOf(options).create);
  const ips = users.map(({ ip }) => ip);
  const session = await options.sessions
    .create(ips, webhook_url)
    .catch(() => refuse(503, 'No relay can be had for the session.'));
  return json(show(session));
};

const list: Answer = ({ req, json }, { sessions }) => {
  const { items, ...page } = paginate(sessions.list(), req.query());
  return json({ sessions: items.map(show), ...page });
};

const get: Answer = ({ req, json }, { sessions }) =>
  json(show(find(sessions, req.param('session_id'))));

const remove: Answer = ({ req, body }, { sessions }) => {
  const { id } = find(sessions, req.param('session_id')).birth;
  sessions.delete(id);
  return body(null, 204);
};

const authorize: Answer = async ({ req, json }, options) => {
  const { session_id, user_ip } = await read(req.raw, options, requestsOf(options).authorize);
  const session =
    options.sessions.get(session_id) ??
    refuse(AUTHORIZE_UNKNOWN_SESSION, `"session_id" is wrong. ${NO_SESSION}`);
  if (session.error) refuse(AUTHORIZE_FAILED_SESSION, 'The session has failed.');
  if (!options.isAddressAccepted(user_ip)) {
    refuse(AUTHORIZE_PRIVATE_ADDRESS, '"user_ip" must be a public IP address.');
  }
  const user = admit(session, user_ip, options);
  return json(withAbsentValues(session, session.authorization(user)));
};

const revoke: Answer = async ({ req, body, json }, options) => {
  const { session_id, authorization_token } = await read(
    req.raw,
    options,
    requestsOf(options).revoke,
  );
  const session = find(options.sessions, session_id);
  if (!session.users.delete(authorization_token)) {
    refuse(404, 'The session has no user with this "authorization_token".');
  }
  return revokeStatus(session.users.size) === 204 ? body(null, 204) : json(show(session));
};

/** What each operation answers. */
export const ANSWERS: Readonly<Record<OperationId, Answer>> = {
  'relay-session-create': create,
  'relay-session-list': list,
  'relay-session-get': get,
  'relay-session-delete': remove,
  'relay-user-authorize': authorize,
  'relay-user-revoke': revoke,
};

/** Lets a user in from an IP address; where one is there already, as `sameAddress` says. */
function admit(session: SimulatedSession, ip: string, { sameAddress, draw }: AnswersOptions) {
  const present = session.userFrom(ip);
  if (present && sameAddress === 'conflict') {
    refuse(AUTHORIZE_SAME_ADDRESS, 'A user of the session has this "user_ip" already.');
  }
  return present && sameAddress === 'same-user' ? present : session.admit(ip, draw);
}

function find(sessions: Sessions, id: string | undefined): SimulatedSession {
  return sessions.get(id ?? '') ?? refuse(404, NO_SESSION);
}

function show(session: SimulatedSession): object {
  return withAbsentValues(session, session.document());
}

function requestsOf({ isStrict }: AnswersOptions) {
  return isStrict ? STRICT_REQUESTS : TOLERANT_REQUESTS;
}

function read<TSchema extends v.GenericSchema>(
  request: Request,
  { isStrict }: AnswersOptions,
  schema: TSchema,
): Promise<v.InferOutput<TSchema>> {
  if (isStrict) checkIsJson(request);
  return readBody(request, schema);
}

function checkIsJson({ headers }: Request): void {
  if (!/^application\/json\s*(?:;|$)/i.test(headers.get('content-type') ?? '')) {
    refuse(400, 'Send the header "Content-Type: application/json".');
  }
}
