import type { RelayApi } from '../api/relay-api.js';
import type { Clock } from '../common/clock.js';
import type { Addresses, Players, Tickets, WebhookTokens } from './identity/index.js';
import type { Limiter, UpstreamCallers, WrongJoinCodes } from './limits/index.js';
import type { Metrics } from './reports/index.js';
import type { SessionRecords, Store } from './store/index.js';
import type { Adoption, Chores, Leases } from './upkeep/index.js';
import type { Watchers } from './watch/index.js';

/** What the routes work with. */
export interface Services {
  readonly addresses: Addresses;
  readonly adoption: Adoption;
  readonly api: RelayApi;
  readonly askers: UpstreamCallers;
  readonly chores: Chores;
  readonly clock: Clock;
  readonly guesses: WrongJoinCodes;
  readonly leases: Leases;
  readonly limiter: Limiter;
  readonly metrics: Metrics | undefined;
  readonly players: Players;
  readonly records: SessionRecords;
  readonly store: Store;
  readonly tickets: Tickets;
  readonly watchers: Watchers;
  readonly webhookTokens: WebhookTokens;
  /** The longest time that a request is held, in seconds. */
  readonly longestWait: number;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
}
