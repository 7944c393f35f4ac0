import { RelayApi } from '../api/relay-api.js';
import { CHANNEL_PATH } from '../channel-protocol/channel-path.js';
import { type Clock, systemClock } from '../common/clock.js';
import { withoutUndefined } from '../common/without-undefined.js';
import { assembleOperations } from './assemble-operations.js';
import { assembleUpkeep, type Upkeep } from './assemble-upkeep.js';
import { DEFAULT_LONGEST_WAIT, DEFAULT_TICKET_LIFETIME } from './checked-options.js';
import {
  Addresses,
  ChannelTickets,
  createJwtAuthenticator,
  GatewayAccesses,
  Players,
  Sealer,
  Signer,
  Tickets,
  WebhookTokens,
} from './identity/index.js';
import {
  CallBudget,
  CallsPerPlayer,
  createUpstreamFetch,
  DEFAULT_LIMITS,
  Limiter,
  NOBODY,
  UpstreamCallers,
  WrongJoinCodes,
} from './limits/index.js';
import type { RelayProxyOptions } from './options.js';
import { FailedSessions } from './reports/index.js';
import { MemoryStore, SessionRecords } from './store/index.js';
import { SharedTimer, Watchers } from './watch/index.js';
import type { RouteTools, ServiceRouteTools } from './wire/index.js';

/** The proxy's parts, put together. */
export interface Assembled extends Upkeep {
  readonly budget: CallBudget;
  readonly gatewayAccesses: GatewayAccesses;
  readonly tickets: Tickets;
  readonly watchers: Watchers;
  /** What the players' routes work with. */
  readonly routes: RouteTools;
  /** What the other routes work with. */
  readonly serviceRoutes: ServiceRouteTools;
}

/** The budget of calls of the service, in calls per second. */
const DEFAULT_BUDGET = 20;

/**
 * Puts the proxy's parts together.
 *
 * @param closing - aborted when the proxy stops.
 * @param draining - aborted when it is about to: it answers as ever, but for those who ask whether it is ready.
 * @throws {RelayError} `invalid-url` or `invalid-option`.
 */
export function assemble(
  options: RelayProxyOptions,
  closing: AbortSignal,
  draining = closing,
): Assembled {
  const { clock = systemClock, metrics } = options;
  const store = options.store ?? new MemoryStore(clock);
  const records = new SessionRecords(store);
  const tell = (event: 'failure' | 'warning', message: string) =>
    options.log?.({ event, at: new Date(clock.now()).toISOString(), message });
  const { apiFor, budget, callsPerSecond } = assembleUpstream(options, clock);
  const api = apiFor(NOBODY);
  const limits = { ...DEFAULT_LIMITS, ...withoutUndefined(options.limits ?? {}) };
  const limiter = new Limiter(limits, store, clock);
  const guesses = new WrongJoinCodes({
    limits,
    store,
    clock,
    onMiss: () => metrics?.onJoinMiss(),
    onFlood: (message) => tell('failure', message),
  });
  closing.addEventListener('abort', () => {
    limiter.close();
    guesses.close();
  });
  const { channelTickets, gatewayAccesses, players, signer, tickets, webhookTokens } =
    assembleIdentity(options, clock);
  const shared = { api, clock, records, store, webhookTokens, isClosing: () => closing.aborted };
  const upkeep = assembleUpkeep(options, { ...shared, apiFor, signer, tell });
  const watchers = assembleWatchers(options, { ...shared, ...upkeep, gatewayAccesses, tickets });
  const operations = assembleOperations({
    ...shared,
    ...upkeep,
    channelTickets,
    gatewayAccesses,
    guesses,
    limiter,
    tickets,
    watchers,
    longestWait: options.longestWait ?? DEFAULT_LONGEST_WAIT,
  });
  metrics?.gauge('waiters', () => watchers.waiting);
  metrics?.gauge('followed_seats', () => watchers.followers);
  metrics?.gauge('sessions', () => watchers.size);
  metrics?.gauge('leases', () => upkeep.leases.count());
  metrics?.gauge('joins_slowed', async () => Number(await guesses.isSlow()));
  const askers = new UpstreamCallers({
    apiFor,
    limits: new CallsPerPlayer({ limits, callsPerSecond, clock }),
  });
  const addresses = new Addresses(options);
  return {
    ...upkeep,
    budget,
    gatewayAccesses,
    tickets,
    watchers,
    routes: { addresses, askers, limiter, operations, players, signer },
    serviceRoutes: { ...shared, metrics, isClosing: () => draining.aborted },
  };
}

/** The relay session API, as it is called on somebody's behalf, within one budget. */
function assembleUpstream({ edgegap, metrics }: RelayProxyOptions, clock: Clock) {
  const {
    callsPerSecond = DEFAULT_BUDGET,
    fetch = (...call) => globalThis.fetch(...call),
    ...access
  } = edgegap;
  const budget = new CallBudget(callsPerSecond, clock);
  const apiFor = (asker: string) =>
    new RelayApi({
      ...access,
      fetch: createUpstreamFetch({ fetch, budget, metrics, clock, asker }),
      clock,
    });
  return { apiFor, budget, callsPerSecond };
}

/** The parts that sign and seal, and that find out who is asking. */
function assembleIdentity(options: RelayProxyOptions, clock: Clock) {
  const { authenticate, gateway, guests, jwt, publicUrl } = options;
  const secrets = options.secrets ?? [crypto.randomUUID() + crypto.randomUUID()];
  const signer = new Signer(secrets, clock);
  const sealer = new Sealer(secrets, clock);
  const tickets = new Tickets({
    sealer,
    signer,
    clock,
    lifetime: options.ticketLifetime ?? DEFAULT_TICKET_LIFETIME,
  });
  const webhookTokens = new WebhookTokens(signer, publicUrl, clock);
  const players = new Players({
    tickets,
    signer,
    clock,
    guests: guests === true ? {} : guests || undefined,
    jwt: jwt && createJwtAuthenticator(jwt, clock),
    authenticate,
  });
  const channelTickets = new ChannelTickets(sealer);
  const url = gateway && (gateway.url ?? CHANNEL_PATH);
  const gatewayAccesses = new GatewayAccesses(url, channelTickets, clock);
  return { channelTickets, gatewayAccesses, players, signer, tickets, webhookTokens };
}

/** The parts that the watchers are put together from. */
interface WatcherParts extends Pick<Upkeep, 'adoption'> {
  readonly api: RelayApi;
  readonly clock: Clock;
  readonly gatewayAccesses: GatewayAccesses;
  readonly records: SessionRecords;
  readonly tickets: Tickets;
}

function assembleWatchers(options: RelayProxyOptions, parts: WatcherParts): Watchers {
  const { adoption, api, clock, gatewayAccesses, records, tickets } = parts;
  const { edgegap, jwt, log, secrets = [] } = options;
  const failed = new FailedSessions({
    records,
    clock,
    log,
    secrets: [edgegap.apiToken, ...secrets, ...(jwt?.secret ? [jwt.secret] : [])],
  });
  return new Watchers({
    api,
    records,
    clock,
    deadlines: new SharedTimer(clock),
    onFirstSeen: (session) => adoption.adopt(session),
    onFailed: (session) => void failed.tell(session),
    hidesRelay: options.gateway?.only ?? false,
    onLetGo: (sessionId) => {
      tickets.forget(sessionId);
      gatewayAccesses.forget(sessionId);
    },
  });
}
