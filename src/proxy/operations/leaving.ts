import { ProxyError } from '../proxy-error.js';
import { type Chore, type Chores, choreOf } from '../upkeep/index.js';
import type { ChoreFinisher } from './chore-finisher.js';
import type { OwnSession, OwnSessions } from './own-sessions.js';
import type { PlayerRequest } from './player-request.js';

/** What {@link Leaving} works with. */
export interface LeavingTools {
  readonly chores: Chores;
  readonly finisher: ChoreFinisher;
  readonly own: OwnSessions;
}

/**
 * Players who leave or end their session, for the first time or again. They come again if the first answer said that it
 * was not done yet. Then their seat is gone, and what they asked for is planned.
 */
export class Leaving {
  readonly #tools: LeavingTools;

  constructor(tools: LeavingTools) {
    this.#tools = tools;
  }

  /**
   * The session that the player leaves; `undefined` where they left it before, and now it is done.
   *
   * @throws {ProxyError} 503 where the relay service has not done it yet; and as {@link OwnSessions.find}.
   */
  async findOrFinish(request: PlayerRequest, sessionId: string): Promise<OwnSession | undefined> {
    const { finisher, own } = this.#tools;
    try {
      return await own.find(request, sessionId);
    } catch (error) {
      const planned = isRefusal(error) && (await this.#planned(request, sessionId));
      if (!planned) throw error;
      await finisher.finish(planned, request.asker);
      return undefined;
    }
  }

  /** What is still to be done upstream for the player's ticket, if anything is. */
  async #planned({ ticket }: PlayerRequest, sessionId: string): Promise<Chore | undefined> {
    if (ticket?.seat.sessionId !== sessionId) return undefined;
    const chore = choreOf(ticket.seat);
    return chore && (await this.#tools.chores.isPlanned(chore)) ? chore : undefined;
  }
}

/** Whether the player was refused, and not only put off. */
const isRefusal = (error: unknown) => error instanceof ProxyError && error.status < 500;
