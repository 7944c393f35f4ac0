import type { Caller } from '../identity/index.js';
import type { UpstreamCaller } from '../limits/index.js';
import type { Exchange } from './exchange.js';

/** One player's request: who asks, from where, and on whose budget the relay service is called for it. */
export interface PlayerRequest extends Caller {
  /** Calls the relay service on the player's behalf, and counts those calls against their share. */
  readonly asker: UpstreamCaller;
  /** The request as it came. Its signal is aborted when the player no longer waits for the answer. */
  readonly raw: Request;
  /** Knows the address that the player asks from, and makes the answer. */
  readonly exchange: Exchange;
}
