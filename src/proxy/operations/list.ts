import { ProxyError } from '../proxy-error.js';
import type { SessionRecords } from '../store/index.js';
import type { OwnSessions } from './own-sessions.js';
import type { PlayerRequest } from './player-request.js';

/** What {@link List} works with. */
export interface ListTools {
  readonly own: OwnSessions;
  readonly records: SessionRecords;
}

/**
 * The operation *list*: the player's own sessions, on one page, because there are few. With a ticket it shows only the
 * ticket's session.
 */
export class List {
  readonly #tools: ListTools;

  constructor(tools: ListTools) {
    this.#tools = tools;
  }

  /**
   * The API's list document, as text.
   *
   * @throws {RelayError} as the relay service answers.
   */
  async list(request: PlayerRequest): Promise<string> {
    const { playerId, ticket } = request;
    const ids = ticket ? [ticket.seat.sessionId] : await this.#tools.records.sessionsOf(playerId);
    const bodies = await Promise.all(ids.map((id) => this.#bodyOf(request, id)));
    return listOf(bodies.filter((body) => body !== undefined));
  }

  /** The document of one session; `undefined` where it is not there any more, or not theirs. */
  async #bodyOf(request: PlayerRequest, sessionId: string): Promise<string | undefined> {
    const { own } = this.#tools;
    try {
      const { body } = await own.document(await own.open(request, sessionId), request);
      return body;
    } catch (error) {
      if (error instanceof ProxyError) return undefined;
      throw error;
    }
  }
}

/** Puts documents that are text already into a list document. */
function listOf(bodies: readonly string[]): string {
  const pagination = JSON.stringify({
    number: 1,
    next_page_number: null,
    previous_page_number: null,
    paginator: { num_pages: 1 },
    has_next: false,
    has_previous: false,
  });
  const sessions = `[${bodies.join(',')}]`;
  return `{"sessions":${sessions},"total_count":${bodies.length},"pagination":${pagination}}`;
}
