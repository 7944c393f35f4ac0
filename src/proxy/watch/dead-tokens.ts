import type { RelaySession } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';

/** How far the two looks must be apart at which upstream lists a token no longer, in milliseconds. */
const CONFIRMED_AFTER = 5_000;

/** Whether a document says who is in the session: one that is not linked does not, and one may come without them. */
export const listsUsers = ({ linked, session_users }: RelaySession) =>
  linked && Boolean(session_users?.length);

export const listsToken = ({ session_users }: RelaySession, token: number) =>
  session_users?.some((user) => user.authorization_token === token) ?? false;

/** The tokens of taken seats that upstream lists no longer. One document may be behind: it takes two. */
export class DeadTokens {
  /** When each was first missed, on the monotonic clock. */
  readonly #since = new Map<number, number>();

  /** Whether a token is missed, and it is not certain yet. */
  get isInDoubt(): boolean {
    return this.#since.size > 0;
  }

  /**
   * Looks at a document that came just now.
   *
   * @param seats - those that were taken when it came.
   * @param asked - when it was asked for, `now` when it came, on the monotonic clock.
   * @returns the seats whose tokens are gone for certain.
   */
  look(document: RelaySession, seats: readonly Seat[], asked: number, now: number): Seat[] {
    if (!listsUsers(document)) return [];
    const gone: Seat[] = [];
    const missed = new Map(this.#since);
    this.#since.clear();
    for (const seat of seats) {
      const { authorizationToken: token, role } = seat;
      if (role === 'server' || token === undefined || listsToken(document, token)) continue;
      const since = missed.get(token) ?? now;
      // Asked for so long after: the seat was there by then, and upstream has had its time.
      if (asked - since >= CONFIRMED_AFTER) gone.push(seat);
      else this.#since.set(token, since);
    }
    return gone;
  }
}
