import type { Seat, SessionRecords } from '../store/index.js';
import { type Chores, type Leases, noteIfShared, strangerOf } from '../upkeep/index.js';
import type { Watchers } from '../watch/index.js';

/** What a {@link TokenKeeper} works with. */
export interface TokenKeeperTools {
  readonly chores: Chores;
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly watchers: Watchers;
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
    const { chores, leases, records, watchers } = this.#tools;
    const { authorizationToken: token, sessionId } = seat;
    if (token === undefined) return true;
    await noteIfShared(records, seat);
    await leases.end({ sessionId, holder: strangerOf(token) });
    const wasPlanned = await chores.takeBack({ what: 'revoke', sessionId, token });
    return !wasPlanned || watchers.of(sessionId).stillLists(token);
  }
}
