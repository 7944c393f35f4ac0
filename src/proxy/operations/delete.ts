import type { SessionRecords } from '../store/index.js';
import type { Chores, Leases } from '../upkeep/index.js';
import type { ChoreFinisher } from './chore-finisher.js';
import type { Leaving } from './leaving.js';
import type { OwnSession } from './own-sessions.js';
import type { PlayerRequest } from './player-request.js';
import { checkIsHost } from './rights.js';

/** What {@link DeleteSession} works with. */
export interface DeleteSessionTools {
  readonly chores: Chores;
  readonly finisher: ChoreFinisher;
  readonly leases: Leases;
  readonly leaving: Leaving;
  readonly records: SessionRecords;
}

/** The operation *delete*: the host ends the session for all. */
export class DeleteSession {
  readonly #tools: DeleteSessionTools;

  constructor(tools: DeleteSessionTools) {
    this.#tools = tools;
  }

  /** @throws {ProxyError} 403 for anyone but the host, 404, 503 where the relay service has not done it yet. */
  async delete(request: PlayerRequest, sessionId: string): Promise<void> {
    const own = await this.#tools.leaving.findOrFinish(request, sessionId);
    if (own) await this.end(request, own);
  }

  /** @throws {ProxyError} 403 for anyone but the host, 503 where the relay service has not done it yet. */
  async end({ asker }: PlayerRequest, { seat, watcher }: OwnSession): Promise<void> {
    const { chores, finisher, leases, records } = this.#tools;
    checkIsHost(seat);
    const { sessionId } = watcher;
    const chore = { what: 'delete', sessionId } as const;
    await records.end(sessionId, [chores.noting(chore)], (players) =>
      leases.endingOf(sessionId, players),
    );
    await finisher.finish(chore, asker);
  }
}
