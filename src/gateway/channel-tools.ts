import type { Clock } from '../common/clock.js';
import type { Lookup } from '../peer/index.js';
import type { Ages } from './ages.js';
import type { DataChannels } from './data-channels.js';
import type { GatewayLogEntry } from './gateway-log.js';
import type { SeatChannel } from './seat-channel.js';
import type { SeatRates } from './seat-rates.js';

/** What a channel works with. */
export interface ChannelTools {
  readonly clock: Clock;
  readonly lookup: Lookup;
  readonly url: string | null;
  readonly ages: Ages;
  /** Resolves to nothing where the gateway takes none. */
  readonly dataChannels: Promise<DataChannels | undefined>;
  /** Whether the seat may offer one more now. */
  admitsOffer(): boolean;
  /** What the seat may send. It goes on from the seat's channel before. */
  readonly rates: SeatRates;
  /** Tells the log what happened to the channel. */
  tell(what: GatewayLogEntry['what'], why?: string): void;
  /** The channel is closed. */
  forget(channel: SeatChannel): void;
}
