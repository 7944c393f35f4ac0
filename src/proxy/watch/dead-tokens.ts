import type { RelaySession } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';
import { listsToken, listsUsers } from './listed-users.js';

/** How far apart two documents without a token must be before the token counts as dead, in milliseconds. */
const CONFIRMED_AFTER = 5_000;

/**
 * The tokens of joiners' seats that the service no longer lists, so that they open nothing at the relay. A single
 * document may be out of date: a token is dead once it is missing from two.
 */
export class DeadTokens {
  /** When each token was first found missing, on the monotonic clock. */
  readonly #missingSince = new Map<number, number>();

  /** Whether a token is missing, but does not count as dead yet. */
  get isInDoubt(): boolean {
    return this.#missingSince.size > 0;
  }

  /**
   * Looks at a document that has just come.
   *
   * @param seats - those that were taken when it came.
   * @param asked - when it was asked for, on the monotonic clock.
   * @param now - when it came, on the monotonic clock.
   * @returns the seats whose tokens are dead.
   */
  look(document: RelaySession, seats: readonly Seat[], asked: number, now: number): Seat[] {
    if (!listsUsers(document)) return [];
    const dead: Seat[] = [];
    const missingBefore = new Map(this.#missingSince);
    this.#missingSince.clear();
    for (const seat of seats) {
      const { authorizationToken: token, role } = seat;
      if (role === 'server' || token === undefined || listsToken(document, token)) continue;
      const since = missingBefore.get(token) ?? now;
      // A document that was asked for so much later would show a seat that was too new for the first one.
      if (asked - since >= CONFIRMED_AFTER) dead.push(seat);
      else this.#missingSince.set(token, since);
    }
    return dead;
  }
}
