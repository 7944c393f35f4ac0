import { parseJoinCode } from '../../api/join-code.js';
import type { WrongJoinCodes } from '../limits/index.js';
import { noSuchSession, ProxyError } from '../proxy-error.js';
import type { Afterwards, Seat, SessionRecords } from '../store/index.js';
import type { Adoption } from '../upkeep/index.js';
import type { PlayerRequest } from './player-request.js';

/** How a player names the session that they want to join. */
export interface NamedSession {
  readonly session_id?: string | undefined;
  readonly join_code?: string | undefined;
}

/** A session that a player wants to join. */
export interface FoundSession {
  readonly sessionId: string;
  /** The seat that they have in it already. */
  readonly seat: Seat | undefined;
  /** Whether they were kicked, and so stay out. */
  readonly wasKicked: boolean;
}

/** What a {@link SessionFinder} works with. */
export interface SessionFinderTools {
  readonly adoption: Adoption;
  readonly guesses: WrongJoinCodes;
  readonly records: SessionRecords;
}

/** Finds the session that a player wants to join, by its join code or its id. Wrong guesses are counted. */
export class SessionFinder {
  readonly #tools: SessionFinderTools;

  constructor(tools: SessionFinderTools) {
    this.#tools = tools;
  }

  /**
   * The session that is meant, and what there is in it for the player.
   *
   * @throws {ProxyError} 404 for one that is not this proxy's, 429 after too many of them, 503 for one that may yet
   *   turn up while the proxy starts.
   */
  async find(
    { exchange, playerId, raw }: PlayerRequest,
    named: NamedSession,
  ): Promise<FoundSession> {
    const { adoption, guesses } = this.#tools;
    if ((named.join_code === undefined) === (named.session_id === undefined)) {
      throw new ProxyError(400, 'bad-request', 'Send either "session_id" or "join_code".');
    }
    const found = await guesses.look(exchange.client, raw.signal, async (right) => {
      const known = await this.#look(named, playerId, right);
      if (known !== undefined || adoption.isComplete) return known;
      // All of this counts as one guess, so that an address has one guess at a time even while the proxy starts.
      await adoption.completed();
      return this.#look(named, playerId, right);
    });
    if (found !== undefined) return found;
    if (named.join_code === undefined) throw noSuchSession();
    throw new ProxyError(404, 'not-found', 'There is no session with this join code.');
  }

  async #look(
    named: NamedSession,
    playerId: string,
    right: Afterwards,
  ): Promise<FoundSession | undefined> {
    const sessionId = await this.#idOf(named);
    if (sessionId === undefined) return undefined;
    const found = await this.#tools.records.look(sessionId, playerId, right.steps);
    if (found) right.markDone();
    return found && { sessionId, ...found };
  }

  async #idOf({ join_code, session_id }: NamedSession): Promise<string | undefined> {
    if (join_code === undefined) return session_id;
    const code = parseJoinCode(join_code);
    return code === undefined ? undefined : this.#tools.records.sessionOfJoinCode(code);
  }
}
