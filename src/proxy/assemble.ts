import { RelayApi } from '../api/relay-api.js';
import { systemClock } from '../common/clock.js';
import { withoutUndefined } from '../common/without-undefined.js';
import { DEFAULT_LEASE, DEFAULT_LONGEST_WAIT, DEFAULT_TICKET_LIFETIME } from './checked-options.js';
import {
  Addresses,
  createJwtAuthenticator,
  Players,
  Signer,
  Tickets,
  WebhookTokens,
} from './identity/index.js';
import {
  Askers,
  Budget,
  createUpstreamFetch,
  DEFAULT_LIMITS,
  Guesses,
  Limiter,
  NOBODY,
  UpstreamLimits,
} from './limits/index.js';
import type { RelayProxyOptions } from './options.js';
import { FailedSessions } from './reports/index.js';
import type { Services } from './services.js';
import { MemoryStore, Records } from './store/index.js';
import {
  Adoption,
  Chores,
  Leases,
  LONG_LEASE,
  OtherProcesses,
  Reaper,
  useOfToken,
} from './upkeep/index.js';
import { Deadlines, Watchers } from './watch/index.js';

const OTHER_AT_WORK =
  'Another process with the same secrets makes sessions on this account, with a memory of its own: give both one store, or each its own secrets.';

/** In calls per second. */
const DEFAULT_BUDGET = 20;
/** Who asks for what must be done upstream at some time: apart from {@link NOBODY}, whose long lists it must not wait for. */
const CHORES = 'chores';

/**
 * Puts the proxy's parts together.
 *
 * @throws {RelayError} `invalid-url` or `invalid-option`.
 */
export function assemble(
  options: RelayProxyOptions,
  closing: AbortSignal,
): {
  readonly budget: Budget;
  readonly services: Services;
  readonly reaper: Reaper;
  readonly signer: Signer;
} {
  const { clock = systemClock, edgegap, guests, jwt, metrics } = options;
  const {
    callsPerSecond = DEFAULT_BUDGET,
    fetch = (...call) => globalThis.fetch(...call),
    ...access
  } = edgegap;
  const store = options.store ?? new MemoryStore(clock);
  const signer = new Signer(options.secrets ?? [crypto.randomUUID() + crypto.randomUUID()], clock);
  const budget = new Budget(callsPerSecond, clock);
  const apiFor = (asker: string) =>
    new RelayApi({
      ...access,
      fetch: createUpstreamFetch({ fetch, budget, metrics, clock, asker }),
      clock,
    });
  const api = apiFor(NOBODY);
  const limits = { ...DEFAULT_LIMITS, ...withoutUndefined(options.limits ?? {}) };
  const limiter = new Limiter(limits, store, clock);
  const tell = (event: 'failure' | 'warning', message: string) =>
    options.log?.({ event, at: new Date(clock.now()).toISOString(), message });
  const onFailure = (message: string) => tell('failure', message);
  const guesses = new Guesses({
    limits,
    store,
    clock,
    onMiss: () => metrics?.onJoinMiss(),
    onFlood: onFailure,
  });
  closing.addEventListener('abort', () => {
    limiter.close();
    guesses.close();
  });
  const records = new Records(store);
  const lease = (options.lease ?? DEFAULT_LEASE) * 1000;
  const longestLease = remembersAlone(options) ? Math.max(lease, LONG_LEASE) : lease;
  const leases = new Leases(store, clock, lease, longestLease);
  const choresApi = apiFor(CHORES);
  const revoke = (sessionId: string, token: number) =>
    chores.do({ what: 'revoke', sessionId, token });
  const chores: Chores = new Chores(choresApi, store, clock, {
    useOfToken: (sessionId, token) =>
      useOfToken({ api: choresApi, records, revoke }, sessionId, token),
    onRevoked: (sessionId) => records.tell(sessionId, 'refresh'),
  });
  const webhookTokens = new WebhookTokens(signer, options.publicUrl, clock);
  const others = remembersAlone(options)
    ? new OtherProcesses({
        leases,
        records,
        clock,
        maker: webhookTokens.maker,
        onFound: () => tell('warning', OTHER_AT_WORK),
      })
    : undefined;
  const adoption = new Adoption({
    api,
    records,
    leases,
    chores,
    others,
    signer,
    webhookTokens,
    clock,
  });
  const tickets = new Tickets(signer, clock, options.ticketLifetime ?? DEFAULT_TICKET_LIFETIME);
  const failed = new FailedSessions({
    records,
    clock,
    log: options.log,
    secrets: [edgegap.apiToken, ...(options.secrets ?? []), ...(jwt?.secret ? [jwt.secret] : [])],
  });
  const watchers = new Watchers({
    api,
    records,
    clock,
    deadlines: new Deadlines(clock),
    onFirstSeen: (session) => adoption.adopt(session),
    onFailed: (session) => void failed.tell(session),
    onLetGo: (sessionId) => tickets.forget(sessionId),
  });
  const players = new Players({
    tickets,
    signer,
    clock,
    guests: guests === true ? {} : guests || undefined,
    jwt: jwt && createJwtAuthenticator(jwt, clock),
    authenticate: options.authenticate,
  });
  const reaper = new Reaper({
    adoption,
    chores,
    leases,
    records,
    metrics,
    clock,
    onFailure,
  });
  metrics?.gauge('waiters', () => watchers.waiting);
  metrics?.gauge('sessions', () => watchers.size);
  metrics?.gauge('leases', () => leases.count());
  metrics?.gauge('joins_slowed', async () => Number(await guesses.isSlow()));
  const services: Services = {
    addresses: new Addresses(options),
    adoption,
    api,
    askers: new Askers({ apiFor, limits: new UpstreamLimits({ limits, callsPerSecond, clock }) }),
    chores,
    clock,
    leases,
    guesses,
    limiter,
    metrics,
    players,
    records,
    store,
    tickets,
    watchers,
    webhookTokens,
    longestWait: options.longestWait ?? DEFAULT_LONGEST_WAIT,
    isClosing: () => closing.aborted,
  };
  return { budget, services, reaper, signer };
}

/** Whether another process may have the same secrets, and does not have the same memory. */
export const remembersAlone = ({ secrets, store }: RelayProxyOptions): boolean =>
  secrets !== undefined && store === undefined;
