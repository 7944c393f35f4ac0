import type { Clock } from '../api/clock.js';
import type { RelayApi } from '../api/relay-api.js';
import type { Addresses } from './addresses.js';
import type { Adoption } from './adoption.js';
import type { Askers } from './asker.js';
import type { Chores } from './chores.js';
import type { Guesses } from './guesses.js';
import type { Leases } from './leases.js';
import type { Limiter } from './limits.js';
import type { Metrics } from './metrics.js';
import type { Players } from './players.js';
import type { Records } from './records.js';
import type { Store } from './store.js';
import type { Tickets } from './tickets.js';
import type { Watchers } from './watchers.js';
import type { WebhookTokens } from './webhook-tokens.js';

/** What the routes work with. */
export interface Services {
  readonly addresses: Addresses;
  readonly adoption: Adoption;
  readonly api: RelayApi;
  readonly askers: Askers;
  readonly chores: Chores;
  readonly clock: Clock;
  readonly guesses: Guesses;
  readonly leases: Leases;
  readonly limiter: Limiter;
  readonly metrics: Metrics | undefined;
  readonly players: Players;
  readonly records: Records;
  readonly store: Store;
  readonly tickets: Tickets;
  readonly watchers: Watchers;
  readonly webhookTokens: WebhookTokens;
  /** The longest time that a request is held, in seconds. */
  readonly longestWait: number;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
}
