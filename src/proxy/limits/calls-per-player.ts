import type { Clock } from '../../common/clock.js';
import { networksOf, widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import { allowancesOf } from './allowances.js';
import type { LimitName, Limits } from './default-limits.js';
import { MinuteCounts } from './minute-counts.js';

/** The limits of {@link CallsPerPlayer}. */
export interface CallsPerPlayerOptions {
  readonly limits: Pick<Limits, 'upstreamCallsPerIp' | 'upstreamCallsPerPlayer'>;
  /** What the budget has for all players together. */
  readonly callsPerSecond: number;
  readonly clock: Clock;
}

/** The name under which the calls of all players are counted. */
const ALL = 'all';

/**
 * How many calls of the relay session API each player, each network, and all together have caused within a minute. They
 * are counted in this instance, for it has a budget of its own.
 */
export class CallsPerPlayer {
  readonly #options: CallsPerPlayerOptions;
  readonly #counts: MinuteCounts;

  constructor(options: CallsPerPlayerOptions) {
    this.#options = options;
    this.#counts = new MinuteCounts(options.clock);
  }

  /**
   * Counts a call that is about to be made. Once all players together have used up a minute's budget, only those whose
   * network has caused few calls may go on, so that those who used it up do not keep all others out.
   *
   * @throws {ProxyError} 429. Then nothing is counted.
   */
  count(playerId: string, client: string): void {
    const limit = this.#excess(playerId, client);
    if (limit) throw tooMany('You ask for too many changes at once.', this.#counts.left, limit);
    this.note(playerId, client);
  }

  /** Counts a call that is never refused. */
  note(playerId: string, client: string): void {
    this.#counts.add(ALL);
    for (const { name } of networksOf(client)) this.#counts.add(name);
    this.#counts.add(player(playerId));
  }

  /** Which limit one call more would be over, if any. */
  #excess(playerId: string, client: string): LimitName | undefined {
    const { callsPerSecond, limits } = this.#options;
    const { upstreamCallsPerIp, upstreamCallsPerPlayer } = limits;
    const own = { name: player(playerId), limit: upstreamCallsPerPlayer };
    if (!this.#counts.hasRoom([own])) return 'upstreamCallsPerPlayer';
    if (!this.#counts.hasRoom(allowancesOf(client, upstreamCallsPerIp)))
      return 'upstreamCallsPerIp';
    const isUsedUp = this.#counts.of(ALL) >= callsPerSecond * 60;
    const hasCausedFew = this.#counts.of(widestOf(client)) < upstreamCallsPerPlayer;
    return isUsedUp && !hasCausedFew ? 'callsPerSecond' : undefined;
  }
}

const player = (id: string) => `player ${id}`;
