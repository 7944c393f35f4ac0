import type { Clock } from '../../common/clock.js';
import { widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import type { Store } from '../store/index.js';
import { type Allowance, allowancesOf } from './allowances.js';
import type { Limits } from './default-limits.js';
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
    if (!this.#mayCall(playerId, client)) {
      throw tooMany(
        'You ask for too many changes at once.',
        Math.max(this.#counts.left, this.#inTotal.left),
      );
    }
    this.note(playerId, client);
  }

  /** Counts a call that is never refused. */
  note(playerId: string, client: string): void {
    this.#inTotal.add(ALL);
    this.#inTotal.add(widestOf(client));
    for (const allowance of this.#allowances(playerId, client)) this.#counts.add(allowance);
  }

  /** Tells the other instances nothing any more. */
  close(): void {
    this.#counts.close();
  }

  #mayCall(playerId: string, client: string): boolean {
    const { callsPerSecond, limits } = this.#options;
    if (!this.#counts.hasRoom(this.#allowances(playerId, client))) return false;
    const isUsedUp = this.#inTotal.of(ALL) >= callsPerSecond * 60;
    return !isUsedUp || this.#inTotal.of(widestOf(client)) < limits.upstreamCallsPerPlayer;
  }

  #allowances(playerId: string, client: string): Allowance[] {
    const { upstreamCallsPerIp, upstreamCallsPerPlayer } = this.#options.limits;
    return [
      { name: player(playerId), limit: upstreamCallsPerPlayer },
      ...allowancesOf(client, upstreamCallsPerIp),
    ];
  }
}

const player = (id: string) => `player ${id}`;
