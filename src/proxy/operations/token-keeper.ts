import type { Seat, SessionRecords, Store, StoreStep } from '../store/index.js';
import { type Chores, type Leases, noteIfShared, strangerOf } from '../upkeep/index.js';
import type { Watchers } from '../watch/index.js';

/** What a {@link TokenKeeper} works with. */
export interface TokenKeeperTools {
  readonly chores: Chores;
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly store: Store;
  readonly watchers: Watchers;
}

/** What keeps a seat's token: see {@link TokenKeeper.keeping}. */
export interface TokenKeeping {
  readonly steps: readonly [] | readonly [readonly ['scoreInSet', string, string], ...StoreStep[]];
  judge(score: number | undefined, seats: readonly Seat[]): Promise<boolean>;
}

/** Keeps the tokens of seats that were just taken from being revoked. */
export class TokenKeeper {
  readonly #tools: TokenKeeperTools;

  constructor(tools: TokenKeeperTools) {
    this.#tools = tools;
  }

  /**
   * Calls off a revocation that is planned for the seat's token. One that is under way cannot be called off: then the
   * relay service is asked whether it still lists the token.
   *
   * @returns whether the token is good, as far as can be known.
   */
  async keep(seat: Seat): Promise<boolean> {
    const { judge, steps } = this.keeping(seat);
    if (steps.length === 0) return true;
    const { records, store } = this.#tools;
    const [score] = await store.batch(steps);
    return judge(score, await records.seats(seat.sessionId));
  }

  /**
   * {@link TokenKeeper.keep} in two parts: the steps for a batch, and the judgement, which gets what the first of them
   * comes to, and all seats of the session.
   */
  keeping(seat: Seat): TokenKeeping {
    const { chores, leases, records, watchers } = this.#tools;
    const { authorizationToken: token, sessionId } = seat;
    if (token === undefined) return { steps: [], judge: async () => true };
    const { finish, steps } = chores.takingBack({ what: 'revoke', sessionId, token });
    return {
      steps: [...steps, leases.ending({ sessionId, holder: strangerOf(token) })],
      async judge(score, seats) {
        await noteIfShared(records, seat, seats);
        return !(await finish(score)) || watchers.of(sessionId).stillLists(token);
      },
    };
  }
}
