import { CLOSE_CODES } from '../channel-protocol/close-codes.js';
import type { FollowedSeat, SeatDocument, SeatRefusal } from '../channel-protocol/seat-source.js';
import type { SharedLimits } from '../channel-protocol/shared-limits.js';
import type { Clock } from '../common/clock.js';
import type { Lookup } from '../peer/index.js';
import { Accounts } from './accounts.js';
import type { Ages } from './ages.js';
import type { DataChannels } from './data-channels.js';
import type { GatewayLogEntry } from './gateway-log.js';
import type { GatewayTotals } from './gateway-metrics.js';
import type { CompleteLimits } from './gateway-options.js';
import type { PageWire } from './page-wire.js';
import { addPassage, type FromPageDrop, type Passage, type ToPageDrop } from './passage.js';
import { SeatAccount } from './seat-account.js';
import { SeatChannel } from './seat-channel.js';
import type { SeatEars } from './seat-ears.js';
import { CODE_OF_END } from './seat-end.js';

/** What the channels work with. */
export interface ChannelsTools {
  readonly clock: Clock;
  readonly lookup: Lookup;
  readonly limits: CompleteLimits;
  /** What is counted together with other processes. */
  readonly sharedLimits: SharedLimits | undefined;
  readonly url: string | null;
  readonly ages: Ages;
  /** Resolves to nothing where the gateway takes none. */
  readonly dataChannels: Promise<DataChannels | undefined>;
  tell(entry: Omit<GatewayLogEntry, 'event' | 'at'>): void;
}

/** The part of the time for moving within which all pages are asked: the rest is theirs, for more than one try. */
const ASKED_WITHIN = 0.6;

/** What seats are counted for, at all processes. */
const OPENINGS = 'openings-by-seat';

/** All channels: one for each seat, whichever of its wires is the newest. */
export class Channels {
  readonly #tools: ChannelsTools;
  readonly #bySeat = new Map<string, SeatChannel>();
  readonly #accounts: Accounts<SeatAccount>;
  /** What the channels did that are no more. */
  readonly #past = noTraffic();
  #count = 0;
  #isMoving = false;

  constructor(tools: ChannelsTools) {
    this.#tools = tools;
    this.#accounts = new Accounts((now) => new SeatAccount(tools.limits, now));
    tools.sharedLimits?.onSpent(OPENINGS, (key, count) => {
      this.#accountOf(key).openings.addElsewhere(count, tools.clock.monotonic());
    });
  }

  /**
   * Counts a wire that a seat opens.
   *
   * @throws {SeatRefusal} where these are too many.
   */
  admit(key: string): void {
    const { limits, sharedLimits } = this.#tools;
    sharedLimits?.spend(OPENINGS, key, limits.openingsPerSeat);
    if (!this.#accountOf(key).openings.isOver(this.#tools.clock.monotonic())) return;
    const refusal: SeatRefusal = { code: CLOSE_CODES.tooMany, reason: 'openings' };
    throw Object.assign(new Error('The seat opens too many wires.'), refusal);
  }

  /** Gives a wire to the channel of its seat. */
  seat(wire: PageWire, seat: FollowedSeat, ears: SeatEars, document: SeatDocument): void {
    const channel = this.#bySeat.get(seat.key) ?? this.#make(seat, ears, document);
    channel.adopt(wire, seat, ears, document);
  }

  /** Asks all pages to move to another gateway, one after the other within `duration` milliseconds. */
  moveAll(duration: number): void {
    this.#isMoving = true;
    const { clock } = this.#tools;
    const now = clock.monotonic();
    for (const channel of this.#bySeat.values()) {
      channel.moveAt(now + clock.random() * ASKED_WITHIN * duration);
    }
  }

  /** Closes all of them: another process takes over. */
  close(): void {
    const code = this.#isMoving ? CLOSE_CODES.moved : CODE_OF_END.closing;
    for (const channel of [...this.#bySeat.values()]) channel.end(code, 'closing');
  }

  totals(): Omit<GatewayTotals, 'wires' | 'dataChannels' | 'waitingBytes'> {
    const sum = noTraffic();
    addTraffic(sum, this.#past);
    const roundTrips: number[] = [];
    for (const { counts, relayRoundTrip } of this.#bySeat.values()) {
      addTraffic(sum, trafficOf(counts));
      if (relayRoundTrip !== null) roundTrips.push(relayRoundTrip);
    }
    return {
      channels: this.#bySeat.size,
      ...sum,
      ages: this.#tools.ages.read(),
      relayRoundTrip: spreadOf(roundTrips),
    };
  }

  #make(seat: FollowedSeat, ears: SeatEars, document: SeatDocument): SeatChannel {
    const { clock, lookup, url, ages, dataChannels } = this.#tools;
    this.#count += 1;
    const known = { channel: this.#count, session: seat.session, player: seat.player };
    const account = this.#accountOf(seat.key);
    const channel = new SeatChannel(
      {
        clock,
        lookup,
        url,
        ages,
        dataChannels,
        admitsOffer: () => !account.offers.isOver(clock.monotonic()),
        rates: account.begin(document, clock.monotonic()),
        tell: (what, why) => this.#tools.tell({ what, why, ...known }),
        forget: (closed) => {
          account.end();
          this.#bySeat.delete(closed.key);
          addTraffic(this.#past, trafficOf(closed.counts));
        },
      },
      seat,
      ears,
      document,
    );
    this.#bySeat.set(seat.key, channel);
    return channel;
  }

  #accountOf(key: string): SeatAccount {
    return this.#accounts.of(key, this.#tools.clock.monotonic());
  }
}

interface Traffic {
  readonly fromPage: Sum<FromPageDrop>;
  readonly toPage: Sum<ToPageDrop>;
  readonly bytes: { fromPage: number; toPage: number };
}

type Sum<TDrop extends string> = {
  received: number;
  sent: number;
  readonly dropped: Record<TDrop, number>;
};

function noTraffic(): Traffic {
  return {
    fromPage: {
      received: 0,
      sent: 0,
      dropped: { malformed: 0, late: 0, rate: 0, 'not-open': 0, socket: 0 },
    },
    toPage: {
      received: 0,
      sent: 0,
      dropped: { stalled: 0, congested: 0, rate: 0, 'no-wire': 0 },
    },
    bytes: { fromPage: 0, toPage: 0 },
  };
}

function trafficOf({ fromPage, toPage, bytesFromPage, bytesToPage }: SeatChannel['counts']) {
  return { fromPage, toPage, bytes: { fromPage: bytesFromPage, toPage: bytesToPage } };
}

function addTraffic(
  sum: Traffic,
  more: {
    readonly fromPage: Passage<FromPageDrop>;
    readonly toPage: Passage<ToPageDrop>;
    readonly bytes: { readonly fromPage: number; readonly toPage: number };
  },
): void {
  addPassage(sum.fromPage, more.fromPage);
  addPassage(sum.toPage, more.toPage);
  sum.bytes.fromPage += more.bytes.fromPage;
  sum.bytes.toPage += more.bytes.toPage;
}

function spreadOf(values: number[]): { p50: number; p99: number } | null {
  values.sort((a, b) => a - b);
  const at = (part: number) => values[Math.ceil(values.length * part) - 1] ?? 0;
  return values.length > 0 ? { p50: at(0.5), p99: at(0.99) } : null;
}
