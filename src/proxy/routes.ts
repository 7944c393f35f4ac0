import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import * as v from 'valibot';
import { describeIssue } from '../api/check.js';
import type { RelayApi } from '../api/relay-api.js';
import { SessionFilter, SessionId } from '../api/requests.js';
import type { RelaySession } from '../api/schemas.js';
import { readJson } from '../http/read-json.js';
import { findUser, playerDocument } from './player-document.js';
import { ProxyError, refusalFrom } from './proxy-error.js';
import type { Seat, Tickets } from './tickets.js';

/** What the routes work with. */
export interface RoutesOptions {
  readonly api: RelayApi;
  readonly tickets: Tickets;
  readonly allowedOrigins: readonly string[];
  /** The public IP address to use for a connection's remote address. */
  readonly publicAddress: (remoteAddress: string) => string;
}

/** What comes with each request from the server that it arrived at. */
export interface ProxyBindings {
  readonly remoteAddress: string;
}

type Env = { Bindings: ProxyBindings };

/** In bytes. */
const LARGEST_BODY = 16 * 1024;

const CreateBody = v.object({ filters: v.exactOptional(v.array(SessionFilter)) });
const SessionBody = v.object({ session_id: SessionId });

/** The relay session API as players see it: the same paths, less what they may not know. */
export function createRoutes(options: RoutesOptions): Hono<Env> {
  const { api, tickets, publicAddress } = options;
  const app = new Hono<Env>();
  app.onError((error, context) => answerError(error, context));
  app.notFound(({ json }) => json({ message: 'There is no such path.', code: 'not-found' }, 404));
  app.use(
    cors({
      origin: [...options.allowedOrigins],
      allowMethods: ['GET', 'POST', 'DELETE'],
      allowHeaders: ['authorization', 'content-type'],
      exposeHeaders: ['retry-after'],
      maxAge: 86_400,
    }),
  );
  app.post('/v1/relays/sessions', async ({ req, env, json }) => {
    const { filters } = await readBody(req.raw, CreateBody);
    const ip = publicAddress(env.remoteAddress);
    const session = await api.createSession({ users: [{ ip }], ...(filters && { filters }) });
    const seat: Seat = {
      playerId: crypto.randomUUID(),
      sessionId: session.session_id,
      role: 'server',
      ip,
    };
    const ticket = await tickets.sign(seat);
    return json(playerDocument(session, findUser(session, seat), seat, ticket));
  });

  app.post('/v1/relays/sessions:authorize-user', async ({ req, env, json }) => {
    const { session_id } = await readBody(req.raw, SessionBody);
    const ip = publicAddress(env.remoteAddress);
    const authorization = await api.authorizeUser({ session_id, user_ip: ip });
    const user = authorization.session_user;
    const seat: Seat = {
      playerId: crypto.randomUUID(),
      sessionId: authorization.session_id,
      role: 'client',
      ip,
      authorizationToken: user?.authorization_token,
    };
    const ticket = await tickets.sign(seat);
    return json(playerDocument(authorization, user, seat, ticket));
  });

  app.get('/v1/relays/sessions/:id', async ({ req, json }) => {
    const { seat, session } = await seatOf(req.header('authorization'), req.param('id'));
    return json(playerDocument(session, findUser(session, seat), seat, undefined));
  });

  app.post('/v1/relays/sessions:revoke-user', async ({ req, body }) => {
    const { session_id } = await readBody(req.raw, SessionBody);
    const { seat, session } = await seatOf(req.header('authorization'), session_id);
    const token = findUser(session, seat)?.authorization_token;
    if (token !== undefined) await api.revokeUser({ session_id, authorization_token: token });
    return body(null, 204);
  });

  app.delete('/v1/relays/sessions/:id', async ({ req, body }) => {
    const seat = await checkSeat(req.header('authorization'), req.param('id'));
    if (seat.role !== 'server') {
      throw new ProxyError(403, 'forbidden', 'Only the host may end the session.');
    }
    await api.deleteSession(seat.sessionId);
    return body(null, 204);
  });

  /** A ticket opens its own session; any other might as well not exist. */
  async function checkSeat(authorization: string | undefined, id: string): Promise<Seat> {
    const seat = await tickets.verify(authorization);
    if (seat.sessionId === id) return seat;
    throw new ProxyError(404, 'not-found', 'There is no such session.');
  }

  async function seatOf(
    authorization: string | undefined,
    id: string,
  ): Promise<{ seat: Seat; session: RelaySession }> {
    const seat = await checkSeat(authorization, id);
    return { seat, session: await api.getSession(seat.sessionId) };
  }

  return app;
}

async function readBody<TSchema extends v.GenericSchema>(
  request: Request,
  schema: TSchema,
): Promise<v.InferOutput<TSchema>> {
  const result = v.safeParse(schema, await readJson(request, LARGEST_BODY));
  if (result.success) return result.output;
  throw new ProxyError(400, 'bad-request', describeIssue(result.issues[0]));
}

function answerError(error: Error, { json }: Context): Response {
  const { status, code, message } = refusalFrom(error);
  return json({ message, code }, status);
}
