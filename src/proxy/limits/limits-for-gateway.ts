import type { SharedLimits } from '../../channel-protocol/shared-limits.js';
import type { Clock } from '../../common/clock.js';
import type { LimitChannel } from '../store/index.js';
import type { HeldCounts } from './held-counts.js';
import { SpentCounts } from './spent-counts.js';

/** What the gateways of several instances count together. */
export class LimitsForGateway implements SharedLimits {
  readonly #held: HeldCounts;
  readonly #spent: SpentCounts;
  readonly #listeners = new Map<string, (name: string, count: number) => void>();

  constructor(held: HeldCounts, channel: LimitChannel, clock: Clock) {
    this.#held = held;
    this.#spent = new SpentCounts(channel, clock, (name, count) => {
      const end = name.indexOf(' ');
      this.#listeners.get(name.slice(0, end))?.(name.slice(end + 1), count);
    });
  }

  hold(kind: string, name: string, limit: number): () => void {
    return this.#held.hold({ name: `${kind} ${name}`, limit });
  }

  heldElsewhere(kind: string, name: string): number {
    return this.#held.elsewhere(`${kind} ${name}`);
  }

  spend(kind: string, name: string, limit: number): void {
    this.#spent.add(`${kind} ${name}`, limit);
  }

  onSpent(kind: string, listener: (name: string, count: number) => void): void {
    this.#listeners.set(kind, listener);
  }

  /** Tells and hears nothing any more. */
  close(): void {
    this.#spent.close();
  }
}
