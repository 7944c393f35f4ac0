import type { Clock } from '../../common/clock.js';
import { widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import type { Store } from '../store/index.js';
import { type Allowance, allowancesOf } from './allowances.js';
import type { LimitName, Limits } from './default-limits.js';
import { MinuteCounts } from './minute-counts.js';
import { SharedCounts } from './shared-counts.js';

/** The limits of {@link CallsPerPlayer}. */
export interface CallsPerPlayerOptions {
  readonly limits: Pick<Limits, 'upstreamCallsPerIp' | 'upstreamCallsPerPlayer'>;
  /** What the budget has for all players together. */
  readonly callsPerSecond: number;
  readonly clock: Clock;
  readonly store: Store;
}

/** The name under which the calls of all players are counted. */
const ALL = 'all';

/**
 * How many calls of the relay session API each player and each network have caused within a minute, at all instances,
 * and how many all players together at this instance, which has a budget of its own.
 */
export class CallsPerPlayer {
  readonly #options: CallsPerPlayerOptions;
  readonly #counts: SharedCounts;
  readonly #inTotal: MinuteCounts;

  constructor(options: CallsPerPlayerOptions) {
    this.#options = options;
    this.#counts = new SharedCounts('calls', options.store, options.clock);
    this.#inTotal = new MinuteCounts(options.clock);
  }

  /**
   * Counts a call that is about to be made. Once all players together have used up a minute's budget, only those whose
   * network has caused few calls may go on, so that those who used it up do not keep all others out.
   *
   * @throws {ProxyError} 429. Then nothing is counted.
   */
  count(playerId: string, client: string): void {
    const limit = this.#excess(playerId, client);
    if (limit) {
      const wait = Math.max(this.#counts.left, this.#inTotal.left);
      throw tooMany('You ask for too many changes at once.', wait, limit);
    }
    this.note(playerId, client);
  }

  /** Counts a call that is never refused. */
  note(playerId: string, client: string): void {
    this.#inTotal.add(ALL);
    this.#inTotal.add(widestOf(client));
    this.#counts.add(this.#ofPlayer(playerId));
    for (const allowance of this.#ofNetworks(client)) this.#counts.add(allowance);
  }

  /** Tells the other instances nothing any more. */
  close(): void {
    this.#counts.close();
  }

  /** Which limit one call more would be over, if any. */
  #excess(playerId: string, client: string): LimitName | undefined {
    const { callsPerSecond, limits } = this.#options;
    if (!this.#counts.hasRoom([this.#ofPlayer(playerId)])) return 'upstreamCallsPerPlayer';
    if (!this.#counts.hasRoom(this.#ofNetworks(client))) return 'upstreamCallsPerIp';
    const isUsedUp = this.#inTotal.of(ALL) >= callsPerSecond * 60;
    const hasCausedFew = this.#inTotal.of(widestOf(client)) < limits.upstreamCallsPerPlayer;
    return isUsedUp && !hasCausedFew ? 'callsPerSecond' : undefined;
  }

  #ofPlayer(playerId: string): Allowance {
    return { name: `player ${playerId}`, limit: this.#options.limits.upstreamCallsPerPlayer };
  }

  #ofNetworks(client: string): Allowance[] {
    return allowancesOf(client, this.#options.limits.upstreamCallsPerIp);
  }
}
