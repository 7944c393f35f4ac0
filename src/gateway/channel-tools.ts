import type { Clock } from '../common/clock.js';
import type { Lookup } from '../peer/index.js';
import type { Ages } from './ages.js';
import type { GatewayLogEntry } from './gateway-log.js';
import type { CompleteLimits } from './gateway-options.js';
import type { SeatChannel } from './seat-channel.js';

/** What a channel works with. */
export interface ChannelTools {
  readonly clock: Clock;
  readonly lookup: Lookup;
  readonly limits: CompleteLimits;
  readonly url: string | null;
  readonly ages: Ages;
  /** Tells the log what happened to the channel. */
  tell(what: GatewayLogEntry['what'], why?: string): void;
  /** The channel is closed. */
  forget(channel: SeatChannel): void;
}
