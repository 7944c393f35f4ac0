import type { Echo, Probe } from '../channel-protocol/control-messages.js';
import { decodeFrame } from '../channel-protocol/frame.js';
import type { Freshness } from '../channel-protocol/freshness.js';
import type { ChannelCounts } from './channel-counts.js';
import type { ChannelTools } from './channel-tools.js';
import type { RelayLink } from './relay-link.js';

/** What became of a page's datagram: it was counted, it was one too many, or it was none at all. */
export type Intake = 'counted' | 'too-many' | 'malformed';

/** What comes from a seat's page, on whichever wire: within its rate, and fresh, it goes to the relay. */
export class FromPageSide {
  readonly #tools: Pick<ChannelTools, 'ages' | 'clock' | 'rates'>;
  readonly #counts: ChannelCounts;
  readonly #link: RelayLink;

  constructor(
    tools: Pick<ChannelTools, 'ages' | 'clock' | 'rates'>,
    counts: ChannelCounts,
    link: RelayLink,
  ) {
    this.#tools = tools;
    this.#counts = counts;
    this.#link = link;
  }

  /** @param freshness - of the wire that it came by. */
  take(bytes: Uint8Array, isHost: boolean, now: number, freshness: Freshness): Intake {
    const counts = this.#counts;
    const frame = decodeFrame(bytes, isHost);
    if (!frame) return 'malformed';
    counts.onFromPage(frame.payload.byteLength);
    if (!this.#tools.rates.page.take(bytes.byteLength, now)) {
      counts.rate += 1;
      return 'too-many';
    }
    const isFresh = freshness.isFresh(frame.sentAt, now);
    this.#tools.ages.add(freshness.lateness);
    if (isFresh) this.#link.send(frame.payload, frame.connectionId);
    else counts.late += 1;
    return 'counted';
  }

  /** Whether something else than a datagram, so many bytes long, is not too much. */
  takesOther(bytes: number): boolean {
    return this.#tools.rates.control.take(bytes, this.#tools.clock.monotonic());
  }

  /** The answer to a probe of the page's. */
  echoOf({ id, sent }: Probe): Echo {
    const missing = sent === undefined ? undefined : sent - this.#counts.fromPage.received;
    return { type: 'echo', id, missing };
  }
}
