import { Hono } from 'hono';
import type { Addresses, Caller, Players, Signer } from '../identity/index.js';
import type { Limiter, UpstreamCallers } from '../limits/index.js';
import type { Exchange, Operations, OwnSession, PlayerRequest } from '../operations/index.js';
import { refusalFrom } from '../proxy-error.js';
import { describeFailure } from '../reports/index.js';
import { AuthorizeBody, CreateBody, RevokeBody, readBody, readIdempotencyKey } from './bodies.js';
import { orderNonces } from './idempotency-key.js';

/** What comes with each request. */
export interface ProxyEnv {
  readonly Bindings: { readonly exchange: Exchange };
}

/** What the players' routes work with. */
export interface RouteTools {
  readonly addresses: Addresses;
  readonly askers: UpstreamCallers;
  readonly limiter: Limiter;
  readonly operations: Operations;
  readonly players: Players;
  readonly signer: Signer;
}

type Answer = Response | Promise<Response>;

const SESSIONS = '/v1/relays/sessions';

/** The routes of players: the paths of the relay session API, with documents that show only what a player may know. */
export function createRoutes(tools: RouteTools, basePath: string): Hono<ProxyEnv> {
  const routes = new PlayerRoutes(tools);
  const app: Hono<ProxyEnv> = new Hono<ProxyEnv>().basePath(basePath);
  const on = (
    method: 'get' | 'post' | 'delete',
    path: string,
    handle: (request: Request, exchange: Exchange, id: string) => Answer,
  ) =>
    app[method](path, ({ env: { exchange }, req }) => {
      exchange.route = path;
      return handle(req.raw, exchange, req.param('id') ?? '');
    });

  on('post', '/v1/guests', (request, exchange) => routes.admitGuest(request, exchange));
  on('post', SESSIONS, (request, exchange) => routes.create(request, exchange));
  on('get', SESSIONS, (request, exchange) => routes.list(request, exchange));
  on('get', `${SESSIONS}/:id`, (request, exchange, id) => routes.get(request, exchange, id));
  on('delete', `${SESSIONS}/:id`, (request, exchange, id) => routes.delete(request, exchange, id));
  on('post', `${SESSIONS}:authorize-user`, (request, exchange) =>
    routes.authorizeUser(request, exchange),
  );
  on('post', `${SESSIONS}:revoke-user`, (request, exchange) =>
    routes.revokeUser(request, exchange),
  );
  app.onError((error, { env }) => answerError(error, env.exchange));
  app.notFound(({ env }) =>
    env.exchange.refusal({ message: 'There is no such path or method.', code: 'not-found' }, 404),
  );
  return app;
}

/** The way from a request to its operation, and from the operation's result to the answer. */
class PlayerRoutes {
  readonly #tools: RouteTools;

  constructor(tools: RouteTools) {
    this.#tools = tools;
  }

  async admitGuest({ signal }: Request, exchange: Exchange): Promise<Response> {
    const { limiter, players } = this.#tools;
    players.checkGuestsAreWelcome();
    await limiter.countGuest(exchange.client, signal);
    return exchange.json(await players.admitGuest());
  }

  async create(raw: Request, exchange: Exchange): Promise<Response> {
    const { addresses, limiter, operations, players, signer } = this.#tools;
    const playerId = await players.login(raw);
    const request = this.#requestOf(raw, exchange, { playerId });
    const key = readIdempotencyKey(raw.headers);
    const { filters, via } = await this.#readBody(raw, CreateBody);
    const arrival = addresses.arrivalOf(exchange.client, via);
    await limiter.countCreate(playerId, exchange.client);
    const mayBeRepeated = key !== undefined;
    const nonces = mayBeRepeated
      ? await orderNonces(signer, playerId, key)
      : ([crypto.randomUUID()] as const);
    const order = { arrival, filters, nonces, mayBeRepeated };
    return this.#answer(request, await operations.create.create(request, order));
  }

  async authorizeUser(raw: Request, exchange: Exchange): Promise<Response> {
    const { addresses, operations } = this.#tools;
    const { authorizeUser, finder } = operations;
    const request = await this.#identify(raw, exchange);
    const named = await this.#readBody(raw, AuthorizeBody);
    if (request.ticket) return this.#answer(request, await authorizeUser.resume(request, named));
    const arrival = addresses.arrivalOf(exchange.client, named.via);
    const found = await finder.find(request, named);
    return this.#answer(request, await authorizeUser.join(request, found, arrival));
  }

  async list(raw: Request, exchange: Exchange): Promise<Response> {
    const request = await this.#identify(raw, exchange);
    return exchange.json(await this.#tools.operations.list.list(request));
  }

  /** Answers a *get*. Most come with a ticket that was checked before, and for those no promise is made on the way. */
  get(raw: Request, exchange: Exchange, sessionId: string): Answer {
    const { operations, players } = this.#tools;
    const known = players.known(raw);
    if (known) return operations.get.get(this.#requestOf(raw, exchange, known), sessionId);
    return this.#identify(raw, exchange).then((request) => operations.get.get(request, sessionId));
  }

  async revokeUser(raw: Request, exchange: Exchange): Promise<Response> {
    const request = await this.#identify(raw, exchange);
    const order = await this.#readBody(raw, RevokeBody);
    await this.#tools.operations.revokeUser.revoke(request, order);
    return exchange.empty(204);
  }

  async delete(raw: Request, exchange: Exchange, sessionId: string): Promise<Response> {
    const request = await this.#identify(raw, exchange);
    await this.#tools.operations.delete.delete(request, sessionId);
    return exchange.empty(204);
  }

  async #identify(raw: Request, exchange: Exchange): Promise<PlayerRequest> {
    return this.#requestOf(raw, exchange, await this.#tools.players.identify(raw));
  }

  /** Counts the request for the player, and names them in the log, with the session that their ticket opens. */
  #requestOf(raw: Request, exchange: Exchange, { playerId, ticket }: Caller): PlayerRequest {
    const { askers, limiter } = this.#tools;
    exchange.playerId = playerId;
    exchange.sessionId = ticket?.seat.sessionId;
    limiter.countPlayer(playerId);
    const asker = askers.of(playerId, exchange.client);
    return { playerId, ...(ticket && { ticket }), asker, raw, exchange };
  }

  #readBody<TSchema extends Parameters<typeof readBody>[1]>(raw: Request, schema: TSchema) {
    return readBody(raw, schema, this.#tools.limiter.limits.bodyBytes);
  }

  async #answer(request: PlayerRequest, own: OwnSession): Promise<Response> {
    return request.exchange.document(await this.#tools.operations.own.document(own, request));
  }
}

/** `{ message, code }`, and when to try again where that is known. */
export function answerError(error: unknown, exchange: Exchange): Response {
  const { status, code, message, retryAfter, forLog } = refusalFrom(error);
  const failure = forLog.failure ?? (status >= 500 ? describeFailure(error) : undefined);
  exchange.forLog = { ...forLog, failure };
  const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
  return exchange.refusal({ message, code }, status, headers);
}
