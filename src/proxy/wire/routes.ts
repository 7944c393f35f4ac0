import { type Context, Hono } from 'hono';
import type { Caller, Signer } from '../identity/index.js';
import type { Asker } from '../limits/index.js';
import {
  type Exchange,
  endSession,
  findSession,
  finishLeaving,
  getSession,
  listOwnSessions,
  type OwnSession,
  ownSession,
  renderOwn,
  revokeSeat,
  SessionCreator,
  SessionJoiner,
} from '../operations/index.js';
import { ProxyError, refusalFrom } from '../proxy-error.js';
import { describeFailure } from '../reports/index.js';
import type { Services } from '../services.js';
import { AuthorizeBody, CreateBody, RevokeBody, readBody, readIdempotencyKey } from './bodies.js';
import { orderNonces } from './idempotency-key.js';

/** What comes with each request. */
export interface ProxyEnv {
  readonly Bindings: { readonly exchange: Exchange };
}

type Handler = (context: Context<ProxyEnv>, exchange: Exchange) => Response | Promise<Response>;

const SESSIONS = '/v1/relays/sessions';

/** The relay session API as players see it: the same paths, less what they may not know. */
export function createRoutes(services: Services, signer: Signer, basePath: string): Hono<ProxyEnv> {
  const { addresses, askers, limiter, players } = services;
  const { bodyBytes } = limiter.limits;
  const creator = new SessionCreator(services);
  const joiner = new SessionJoiner(services);
  const app: Hono<ProxyEnv> = new Hono<ProxyEnv>().basePath(basePath);
  app.onError((error, { env }) => answerError(error, env.exchange));
  app.notFound(({ env }) =>
    env.exchange.json({ message: 'There is no such path or method.', code: 'not-found' }, 404),
  );
  const on = (method: 'get' | 'post' | 'delete', path: string, handler: Handler) =>
    app[method](path, (context) => {
      const { exchange } = context.env;
      exchange.route = path;
      return handler(context, exchange);
    });

  on('post', '/v1/guests', async ({ req }, exchange) => {
    players.checkGuestsAreWelcome();
    await limiter.countGuest(exchange.client, req.raw.signal);
    return exchange.json(await players.admitGuest());
  });

  on('post', SESSIONS, async ({ req }, exchange) => {
    const playerId = count(exchange, { playerId: await players.login(req.raw) });
    const key = readIdempotencyKey(req.raw.headers);
    const { filters } = await readBody(req.raw, CreateBody, bodyBytes);
    const ip = addresses.publicOf(exchange.client);
    const asker = askerOf(exchange, { playerId });
    await limiter.countCreate(playerId, exchange.client);
    const sessionId = await creator.create({
      playerId,
      asker,
      ip,
      filters,
      nonces: key === undefined ? [crypto.randomUUID()] : await orderNonces(signer, playerId, key),
      mayBeRepeated: key !== undefined,
    });
    return answerOwn(exchange, { playerId }, sessionId);
  });

  on('post', `${SESSIONS}:authorize-user`, async ({ req }, exchange) => {
    const caller = await players.identify(req.raw);
    const playerId = count(exchange, caller);
    const body = await readBody(req.raw, AuthorizeBody, bodyBytes);
    if (caller.ticket) return resume(exchange, caller, body);
    const ip = addresses.publicOf(exchange.client);
    const { signal } = req.raw;
    const sessionId = await findSession(services, body, exchange.client, signal);
    await joiner.join(sessionId, playerId, ip, askerOf(exchange, caller));
    return answerOwn(exchange, { playerId }, sessionId);
  });

  on('get', SESSIONS, async ({ req }, exchange) => {
    const caller = await players.identify(req.raw);
    count(exchange, caller);
    return exchange.json(await listOwnSessions(services, caller, askerOf(exchange, caller)));
  });

  on('get', `${SESSIONS}/:id`, ({ req }, exchange) => {
    const get = (caller: Caller) => {
      count(exchange, caller);
      return getSession(services, exchange, req.raw, caller, req.param('id') ?? '');
    };
    const known = players.known(req.raw);
    return known ? get(known) : players.identify(req.raw).then(get);
  });

  on('post', `${SESSIONS}:revoke-user`, async ({ req }, exchange) => {
    const caller = await players.identify(req.raw);
    count(exchange, caller);
    const body = await readBody(req.raw, RevokeBody, bodyBytes);
    const asker = askerOf(exchange, caller);
    const own = await findOwn(exchange, caller, body.session_id).catch((error) =>
      finishLeaving(services, caller, body.session_id, asker, error),
    );
    if (own) await revokeSeat(services, own, asker, body);
    return exchange.empty(204);
  });

  on('delete', `${SESSIONS}/:id`, async ({ req }, exchange) => {
    const caller = await players.identify(req.raw);
    count(exchange, caller);
    const sessionId = req.param('id') ?? '';
    const asker = askerOf(exchange, caller);
    const own = await findOwn(exchange, caller, sessionId).catch((error) =>
      finishLeaving(services, caller, sessionId, asker, error),
    );
    if (own) await endSession(services, own, asker);
    return exchange.empty(204);
  });

  /** Counts the request for the player, and names them in the log, with the session that their ticket opens. */
  function count(exchange: Exchange, { playerId, ticket }: Caller): string {
    exchange.playerId = playerId;
    exchange.sessionId = ticket?.seat.sessionId;
    limiter.countPlayer(playerId);
    return playerId;
  }

  function askerOf({ client }: Exchange, { playerId }: Caller): Asker {
    return askers.of(playerId, client);
  }

  async function resume(
    exchange: Exchange,
    caller: Caller,
    { join_code, session_id }: { join_code?: string; session_id?: string },
  ): Promise<Response> {
    if (join_code !== undefined) {
      throw new ProxyError(
        400,
        'bad-request',
        'A ticket resumes its own session: join with a login.',
      );
    }
    return answerOwn(exchange, caller, session_id ?? caller.ticket?.seat.sessionId ?? '');
  }

  /** The log names a session only once it is the caller's: a game may send anything for an id, its join code even. */
  async function findOwn(
    exchange: Exchange,
    caller: Caller,
    sessionId: string,
  ): Promise<OwnSession> {
    const own = await ownSession(services, caller, sessionId, askerOf(exchange, caller));
    exchange.sessionId = sessionId;
    return own;
  }

  async function answerOwn(
    exchange: Exchange,
    caller: Caller,
    sessionId: string,
  ): Promise<Response> {
    const own = await findOwn(exchange, caller, sessionId);
    return exchange.document(await renderOwn(services, own, caller));
  }

  return app;
}

/** `{ message, code }`, and when to try again where that is known. */
export function answerError(error: unknown, exchange: Exchange): Response {
  const { status, code, message, retryAfter, failure } = refusalFrom(error);
  exchange.failure = failure ?? (status >= 500 ? describeFailure(error) : undefined);
  const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
  return exchange.json({ message, code }, status, headers);
}
