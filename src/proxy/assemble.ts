import { systemClock } from '../api/clock.js';
import { RelayApi } from '../api/relay-api.js';
import { Addresses } from './addresses.js';
import { Adoption } from './adoption.js';
import { Budget } from './budget.js';
import { DEFAULT_LEASE, DEFAULT_LONGEST_WAIT, DEFAULT_TICKET_LIFETIME } from './checked-options.js';
import { Chores } from './chores.js';
import { Deadlines } from './deadlines.js';
import { createJwtAuthenticator } from './jwt-authenticator.js';
import { Leases } from './leases.js';
import { DEFAULT_LIMITS, Limiter } from './limits.js';
import { MemoryStore } from './memory-store.js';
import type { RelayProxyOptions } from './options.js';
import { Players } from './players.js';
import { Reaper } from './reaper.js';
import { Records } from './records.js';
import type { Services } from './services.js';
import { Signer } from './signer.js';
import { Tickets } from './tickets.js';
import { useOfToken } from './token-use.js';
import { createUpstreamFetch } from './upstream.js';
import { Watchers } from './watchers.js';
import { WebhookTokens } from './webhook-tokens.js';

/** In calls per second. */
const DEFAULT_BUDGET = 20;

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
  const api = new RelayApi({
    ...access,
    fetch: createUpstreamFetch({ fetch, budget, metrics, clock }),
    clock,
  });
  const records = new Records(store);
  const leases = new Leases(store, clock, (options.lease ?? DEFAULT_LEASE) * 1000);
  const revoke = (sessionId: string, token: number) =>
    chores.do({ what: 'revoke', sessionId, token });
  const chores: Chores = new Chores(api, store, clock, (sessionId, token) =>
    useOfToken({ api, records, revoke }, sessionId, token),
  );
  const webhookTokens = new WebhookTokens(signer, options.publicUrl);
  const adoption = new Adoption({ api, records, leases, chores, signer, webhookTokens, clock });
  const tickets = new Tickets(signer, clock, options.ticketLifetime ?? DEFAULT_TICKET_LIFETIME);
  const watchers = new Watchers({
    api,
    records,
    clock,
    deadlines: new Deadlines(clock),
    onFirstSeen: (session) => adoption.adopt(session),
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
    onFailure: (message) =>
      options.log?.({ event: 'failure', at: new Date(clock.now()).toISOString(), message }),
  });
  metrics?.gauge('waiters', () => watchers.waiting);
  metrics?.gauge('sessions', () => watchers.size);
  metrics?.gauge('leases', () => leases.count());
  const services: Services = {
    addresses: new Addresses(options),
    adoption,
    api,
    chores,
    clock,
    leases,
    limiter: new Limiter({ ...DEFAULT_LIMITS, ...options.limits }, store, clock),
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
