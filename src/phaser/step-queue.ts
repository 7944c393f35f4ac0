import { LATEST } from '../channel-protocol/freshness.js';
import type { Clock } from '../common/clock.js';
import type { PluginEmission } from './plugin-events.js';

interface Waiting {
  readonly emission: PluginEmission;
  readonly since: number;
}

/**
 * Keeps what happens until the game's next step, in order. A hidden tab has none for hours: datagrams that have waited
 * for longer than they are fresh are dropped then, so that no heap of stale ones meets the player who comes back.
 */
export class StepQueue {
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #sweptAt: number;
  /** Datagrams that waited for too long, so far. */
  dropped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sweptAt = clock.monotonic();
  }

  add(emission: PluginEmission): void {
    const now = this.#clock.monotonic();
    // Not for each datagram: what waits is looked through.
    if (now - this.#sweptAt > LATEST) this.#sweep(now);
    this.#waiting.push({ emission, since: now });
  }

  /** All that waits. What comes while it is told waits for the step after. */
  take(): readonly PluginEmission[] {
    this.#sweep(this.#clock.monotonic());
    return this.#waiting.splice(0).map(({ emission }) => emission);
  }

  clear(): void {
    this.#waiting = [];
  }

  #sweep(now: number): void {
    const fresh = this.#waiting.filter(
      ({ emission, since }) => emission.name !== 'datagram' || now - since <= LATEST,
    );
    this.dropped += this.#waiting.length - fresh.length;
    this.#waiting = fresh;
    this.#sweptAt = now;
  }
}
