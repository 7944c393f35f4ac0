import type { Clock } from '../../common/clock.js';
import type { LimitChannel } from '../store/index.js';
import { partOf } from './limit-parts.js';

/** How long what was counted here is kept back before the other instances are told, in milliseconds. */
const DELAY = 1_000;
/** How long what is not worth telling alone is remembered at most, in milliseconds. */
const FORGOTTEN_AFTER = 10_000;

/**
 * Tells the other instances that share a store how often something happened here, under each name: wires that were
 * opened. Nobody who is counted waits for it. What happens rarely is never told.
 */
export class SpentCounts {
  readonly #channel: LimitChannel;
  readonly #clock: Clock;
  readonly #onSpent: (name: string, count: number) => void;
  readonly #stopHearing: () => void;
  /** What is not worth telling yet. */
  readonly #untold = new Map<string, number>();
  #forgetsAt = 0;
  /** What is about to be told. */
  readonly #news = new Map<string, number>();
  #timer: unknown;
  #isClosed = false;

  /** @param onSpent - told how often it happened at another instance. */
  constructor(channel: LimitChannel, clock: Clock, onSpent: (name: string, count: number) => void) {
    this.#channel = channel;
    this.#clock = clock;
    this.#onSpent = onSpent;
    this.#stopHearing = channel.hear((news) => {
      if (news.what !== 'spent') return;
      for (const [name, count] of news.counts) this.#onSpent(name, count);
    });
  }

  /** Counts it once. */
  add(name: string, limit: number): void {
    this.#forget();
    const count = (this.#untold.get(name) ?? 0) + 1;
    if (count < partOf(limit)) {
      this.#untold.set(name, count);
      return;
    }
    this.#untold.delete(name);
    this.#news.set(name, (this.#news.get(name) ?? 0) + count);
    this.#tellLater();
  }

  /** Tells and hears nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopHearing();
    this.#clock.clearTimeout(this.#timer);
  }

  #forget(): void {
    const now = this.#clock.monotonic();
    if (now < this.#forgetsAt) return;
    this.#untold.clear();
    this.#forgetsAt = now + FORGOTTEN_AFTER;
  }

  #tellLater(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      const counts = [...this.#news];
      this.#news.clear();
      // Where the store is away, each instance counts by itself.
      this.#channel.tellSpent(counts).catch(() => {});
    }, DELAY);
  }
}
