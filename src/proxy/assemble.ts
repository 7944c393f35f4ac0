import { RelayApi } from '../api/relay-api.js';
import { TIMEOUT } from '../api/transport.js';
import { CHANNEL_PATH } from '../channel-protocol/channel-path.js';
import { type Clock, systemClock } from '../common/clock.js';
import { addGauges } from './add-gauges.js';
import { assembleLimits } from './assemble-limits.js';
import { assembleOperations } from './assemble-operations.js';
import { assembleUpkeep, type Upkeep } from './assemble-upkeep.js';
import { DEFAULT_LONGEST_WAIT, DEFAULT_TICKET_LIFETIME } from './checked-options.js';
import {
  Addresses,
  ChannelTickets,
  createJwtAuthenticator,
  DoctorTokens,
  GatewayAccesses,
  type LoginKeysTools,
  Players,
  Sealer,
  Signer,
  Tickets,
  WebhookTokens,
} from './identity/index.js';
import {
  type AskClass,
  CALL_CLASSES,
  CallBudget,
  createUpstreamFetch,
  type LimitsForGateway,
  NOBODY,
  UpstreamCallers,
} from './limits/index.js';
import type { RelayProxyOptions } from './options.js';
import { FailedSessions, type LogEntry, type Note } from './reports/index.js';
import { MemoryStore, SessionRecords, SweepChannel } from './store/index.js';
import { Polls, SharedTimer, SweepPace, Watchers } from './watch/index.js';
import type { RouteTools, ServiceRouteTools } from './wire/index.js';

/** The proxy's parts, put together. */
export interface Assembled extends Upkeep {
  readonly budget: CallBudget;
  /** Puts something into the log. */
  readonly note: Note;
  readonly gatewayAccesses: GatewayAccesses;
  /** What the gateways of several instances count together. */
  readonly gatewayLimits: LimitsForGateway;
  readonly tickets: Tickets;
  readonly watchers: Watchers;
  /** What the players' routes work with. */
  readonly routes: RouteTools;
  /** What the other routes work with. */
  readonly serviceRoutes: ServiceRouteTools;
}

/** The asker of the calls that show whether the service answers. They must not wait behind anybody else's. */
const READINESS = 'readiness';

/** The classes of the calls that leave the less room for pending sessions. A player's own *get* gives way to those. */
const ALL_BUT_READS = CALL_CLASSES.filter((each) => each !== 'reads');

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
  const note: Note = ({ event, ...rest }) =>
    options.log?.({ event, at: new Date(clock.now()).toISOString(), ...rest } as LogEntry);
  const tell = (event: 'failure' | 'warning', message: string) => note({ event, message });
  const { apiFor, budget, callsPerSecond, onTooMany } = assembleUpstream(options, clock);
  const limiting = assembleLimits(options, { callsPerSecond, clock, closing, store, tell });
  const { channelTickets, gatewayAccesses, loginKeys, players, signer, tickets, webhookTokens } =
    assembleIdentity(options, { clock, tell });
  const longestWait = options.longestWait ?? DEFAULT_LONGEST_WAIT;
  const shared = { clock, records, store, webhookTokens, isClosing: () => closing.aborted };
  const pace = new SweepPace(callsPerSecond, clock);
  const polls = new Polls({
    api: apiFor(NOBODY, 'pending'),
    clock,
    pace,
    use: { callsPerSecond, recentCalls: () => budget.recentCalls(ALL_BUT_READS) },
  });
  onTooMany(() => polls.slowDown());
  const sweepChannel = new SweepChannel(store);
  const watching = { pace, polls, sweepChannel };
  const upkeep = assembleUpkeep(options, { ...shared, ...watching, apiFor, note, signer, tell });
  const watchers = assembleWatchers(options, {
    ...shared,
    ...upkeep,
    ...watching,
    apiFor,
    gatewayAccesses,
    tickets,
  });
  const operations = assembleOperations({
    ...shared,
    ...upkeep,
    channelTickets,
    ...limiting,
    gatewayAccesses,
    tickets,
    watchers,
    longestWait,
  });
  if (metrics) addGauges(metrics, { ...upkeep, ...limiting, budget, loginKeys, watchers });
  const askers = new UpstreamCallers({
    apiFor,
    budget,
    limits: limiting.calls,
    // Neither the game nor the proxy waits any longer.
    patience: Math.min(TIMEOUT, options.edgegap.timeout ?? TIMEOUT),
  });
  const addresses = new Addresses(options);
  return {
    ...upkeep,
    note,
    budget,
    gatewayAccesses,
    gatewayLimits: limiting.gatewayLimits,
    tickets,
    watchers,
    routes: { ...limiting, addresses, askers, operations, players, signer },
    serviceRoutes: {
      ...shared,
      api: apiFor(READINESS, 'announced'),
      loginKeys,
      addresses,
      closing,
      isClosing: () => draining.aborted,
      longestWait,
      doctorTokens: new DoctorTokens(signer),
      metrics: options.servesMetrics === false ? undefined : metrics,
    },
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
  let tellTooMany = () => {};
  const watched: typeof globalThis.fetch = async (...call) => {
    const response = await fetch(...call);
    if (response.status === 429) tellTooMany();
    return response;
  };
  const apiFor = (asker: string, asks: AskClass, patience?: number) =>
    new RelayApi({
      ...access,
      fetch: createUpstreamFetch({ fetch: watched, budget, metrics, clock, asker, asks, patience }),
      clock,
    });
  return {
    apiFor,
    budget,
    callsPerSecond,
    /** Has somebody told each time that the service is called too often. */
    onTooMany(listener: () => void) {
      tellTooMany = listener;
    },
  };
}

/** The parts that sign and seal, and that find out who is asking. */
function assembleIdentity(options: RelayProxyOptions, tools: LoginKeysTools) {
  const { clock } = tools;
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
  const login = jwt && createJwtAuthenticator(jwt, tools);
  const players = new Players({
    tickets,
    signer,
    clock,
    guests: guests === true ? {} : guests || undefined,
    jwt: login,
    authenticate,
  });
  const channelTickets = new ChannelTickets(sealer);
  const url = gateway && (gateway.url ?? CHANNEL_PATH);
  const gatewayAccesses = new GatewayAccesses(url, channelTickets, clock);
  const loginKeys = login?.keys;
  return { channelTickets, gatewayAccesses, loginKeys, players, signer, tickets, webhookTokens };
}

/** The parts that the watchers are put together from. */
interface WatcherParts extends Pick<Upkeep, 'adoption'> {
  readonly apiFor: (asker: string, asks: AskClass) => RelayApi;
  readonly clock: Clock;
  readonly gatewayAccesses: GatewayAccesses;
  readonly polls: Polls;
  readonly records: SessionRecords;
  readonly sweepChannel: SweepChannel;
  readonly tickets: Tickets;
}

function assembleWatchers(options: RelayProxyOptions, parts: WatcherParts): Watchers {
  const { adoption, apiFor, clock, gatewayAccesses, polls, records, sweepChannel, tickets } = parts;
  const { edgegap, jwt, log, publicUrl, secrets = [] } = options;
  const failed = new FailedSessions({
    records,
    clock,
    log,
    secrets: [edgegap.apiToken, ...secrets, ...(jwt?.secret ? [jwt.secret] : [])],
  });
  const apis = {
    announced: apiFor(NOBODY, 'announced'),
    pending: apiFor(NOBODY, 'pending'),
    sweeps: apiFor(NOBODY, 'sweeps'),
  };
  return new Watchers({
    // A channel that opens must not wait for those of all other sessions, while players take turns.
    apiFor: (asks, sessionId) =>
      asks === 'reads' ? apiFor(`session ${sessionId}`, asks) : apis[asks],
    hasWebhook: publicUrl !== undefined,
    polls,
    sweeps: sweepChannel,
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
