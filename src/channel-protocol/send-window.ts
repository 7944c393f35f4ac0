import { LATEST } from './freshness.js';
import { RecentExtreme } from './recent-extreme.js';

/** Why a datagram is not even sent. */
export type SendRefusal = 'stalled' | 'congested';

/** A probe is due after this time, in milliseconds, or after so many bytes, while datagrams are sent. */
const PROBE_EVERY = 100;
export const PROBE_BYTES = 16 * 1024;
/** While no datagrams are sent a probe is due after this time, in milliseconds. */
const AT_REST = 4_000;
/** Bytes that may always be on their way, and that never may be exceeded. */
const SMALLEST_WINDOW = 64 * 1024;
const LARGEST_WINDOW = 1024 * 1024;
/** For how long a round trip, or a rate, counts, in milliseconds. */
const REMEMBERED = 30_000;
/** So many probes are remembered, more than fit the largest window: the other side may never answer any. */
export const MOST_UNANSWERED = 256;
/** What the round trip is taken for while none is known, in milliseconds: the first probe may take its time. */
const FIRST_ROUND_TRIP = 1_750;
/** A probe that is unanswered for so long beyond the lowest round trip may be lost, in milliseconds. */
const MAYBE_LOST = 50;

interface Probe {
  readonly id: number;
  readonly sentAt: number;
  /** Bytes sent before it, since the beginning; and bytes that were known to have arrived then. */
  readonly bytesSent: number;
  readonly bytesArrived: number;
}

/**
 * Keeps the wire's queue short. A TCP connection takes in megabytes while its other end stands still, and all of that
 * would be stale when it arrives. So small probes travel among the datagrams, and the other side answers them. While
 * the oldest probe is unanswered for too long, or too many bytes are unanswered, datagrams are dropped instead of sent.
 */
export class SendWindow {
  readonly #now: () => number;
  readonly #sendProbe: (id: number) => void;
  readonly #unanswered: Probe[] = [];
  readonly #roundTrips = new RecentExtreme(isLower, REMEMBERED);
  readonly #rates = new RecentExtreme(isHigher, REMEMBERED);
  #roundTrip: number | undefined;
  #nextId = 1;
  #bytesSent = 0;
  #bytesArrived = 0;
  #bytesAtProbe = 0;
  #probedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param now - A clock that never goes back, in milliseconds.
   * @param sendProbe - Sends a probe with this id.
   */
  constructor(now: () => number, sendProbe: (id: number) => void) {
    this.#now = now;
    this.#sendProbe = sendProbe;
  }

  /** Why a datagram must not be sent now; `undefined` where it may. */
  refusal(now: number): SendRefusal | undefined {
    if (this.overdue(now) > LATEST) return 'stalled';
    const unanswered = this.#bytesSent - this.#bytesArrived;
    // Nearly always so few that there is nothing to reckon.
    if (unanswered <= SMALLEST_WINDOW) return undefined;
    return unanswered > this.#size(now) ? 'congested' : undefined;
  }

  /** How long the oldest probe is unanswered beyond the lowest round trip, in milliseconds; below 0 while it is not. */
  overdue(now: number): number {
    const oldest = this.#unanswered[0];
    if (!oldest) return Number.NEGATIVE_INFINITY;
    return now - oldest.sentAt - (this.#roundTrips.at(now) ?? FIRST_ROUND_TRIP);
  }

  /** Whether a probe is due behind so many bytes more. */
  isProbeDue(bytes: number, now: number): boolean {
    return (
      this.#bytesSent + bytes - this.#bytesAtProbe >= PROBE_BYTES ||
      now - this.#probedAt >= PROBE_EVERY
    );
  }

  /** Counts what was sent, and sends a probe behind it when one is due. */
  sent(bytes: number, now: number): void {
    const isDue = this.isProbeDue(bytes, now);
    this.#bytesSent += bytes;
    if (isDue) this.probe();
  }

  /** Sends a probe unless one was sent lately: to be called now and then while no datagrams are sent. */
  probeAtRest(): void {
    if (this.#now() - this.#probedAt >= AT_REST) this.probe();
  }

  /**
   * Sends a probe where one is due though no datagram goes out with it: behind what was sent last, behind a probe that
   * may be lost, and at rest. To be called often, for a wire that loses some.
   *
   * @param atRest - How long there may be none at rest, in milliseconds.
   */
  keepProbing(now: number, atRest: number): void {
    const isWaiting = this.overdue(now) > MAYBE_LOST || this.#bytesSent > this.#bytesAtProbe;
    if (now - this.#probedAt >= (isWaiting ? PROBE_EVERY : atRest)) this.probe();
  }

  /** Sends a probe, whether one is due or not: they tell that the other side is there. */
  probe(): void {
    const id = this.#nextId++;
    this.#probedAt = this.#now();
    this.#bytesAtProbe = this.#bytesSent;
    this.#unanswered.push({
      id,
      sentAt: this.#probedAt,
      bytesSent: this.#bytesSent,
      bytesArrived: this.#bytesArrived,
    });
    // The oldest stays: it tells since when nothing was answered.
    if (this.#unanswered.length > MOST_UNANSWERED) this.#unanswered.splice(1, 1);
    this.#sendProbe(id);
  }

  /** The answer to a probe. It stands for all probes before it, too, for the wire keeps the order. */
  answered(id: number): void {
    const index = this.#unanswered.findIndex((probe) => probe.id === id);
    const probe = this.#unanswered[index];
    if (!probe) return;
    this.#unanswered.splice(0, index + 1);
    const now = this.#now();
    this.#bytesArrived = probe.bytesSent;
    this.#roundTrip = now - probe.sentAt;
    this.#roundTrips.add(this.#roundTrip, now);
    const arrivedMeanwhile = this.#bytesArrived - probe.bytesArrived;
    this.#rates.add(arrivedMeanwhile / Math.max(this.#roundTrip, 1), now);
  }

  /** The round trip of the last probe that was answered, in milliseconds. */
  get roundTrip(): number | undefined {
    return this.#roundTrip;
  }

  /** How many bytes may be unanswered: what arrives within the time that a datagram is fresh. */
  #size(now: number): number {
    const rate = this.#rates.at(now) ?? 0;
    const lowest = this.#roundTrips.at(now) ?? 0;
    return Math.min(LARGEST_WINDOW, Math.max(SMALLEST_WINDOW, rate * (lowest + LATEST)));
  }
}

// One function for all wires: with ten thousand of them, one for each is memory.
function isLower(value: number, than: number): boolean {
  return value < than;
}

function isHigher(value: number, than: number): boolean {
  return value > than;
}
