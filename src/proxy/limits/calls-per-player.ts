import type { Clock } from '../../common/clock.js';
import { networksOf, widestOf } from '../identity/index.js';
import { tooMany } from '../proxy-error.js';
import type { Limits } from './limiter.js';
import { MinuteCounts } from './minute-counts.js';

/** What {@link CallsPerPlayer} keep to. */
export interface CallsPerPlayerOptions {
  readonly limits: Pick<Limits, 'upstreamCallsPerIp' | 'upstreamCallsPerPlayer'>;
  /** What the budget has for all. */
  readonly callsPerSecond: number;
  readonly clock: Clock;
}

const ALL = 'all';

/**
 * How many calls of the relay session API players cause, each of them, each network and all together. It is counted
 * in this instance, whose budget it is.
 */
export class CallsPerPlayer {
  readonly #options: CallsPerPlayerOptions;
  readonly #counts: MinuteCounts;

  constructor(options: CallsPerPlayerOptions) {
    this.#options = options;
    this.#counts = new MinuteCounts(options.clock);
  }

  /**
   * Counts a call that is about to be made. When players have caused as many in a minute as the budget has, only
   * those may go on whose network has caused few: whoever used it up must not keep all others out.
   *
   * @throws {ProxyError} 429, and nothing is counted.
   */
  count(playerId: string, client: string): void {
    const { callsPerSecond, limits } = this.#options;
    const { upstreamCallsPerIp, upstreamCallsPerPlayer } = limits;
    const networks = networksOf(client);
    const hasRoom = this.#counts.hasRoom([
      { name: player(playerId), limit: upstreamCallsPerPlayer },
      ...networks.map(({ name, share }) => ({ name, limit: upstreamCallsPerIp * share })),
    ]);
    const hasFew = this.#counts.of(widestOf(client)) < upstreamCallsPerPlayer;
    const isUsedUp = this.#counts.of(ALL) >= callsPerSecond * 60;
    if (!hasRoom || (isUsedUp && !hasFew)) {
      throw tooMany('You ask for too many changes at once.', this.#counts.left);
    }
    this.note(playerId, client);
  }

  /** Counts a call that is made in any case. */
  note(playerId: string, client: string): void {
    this.#counts.add(ALL);
    for (const { name } of networksOf(client)) this.#counts.add(name);
    this.#counts.add(player(playerId));
  }
}

const player = (id: string) => `player ${id}`;
