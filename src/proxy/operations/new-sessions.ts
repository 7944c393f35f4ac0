import * as v from 'valibot';
import { RelaySession, SessionId } from '../../api/schemas.js';
import { RelayError } from '../../common/relay-error.js';
import type { Afterwards, SessionRecords } from '../store/index.js';
import type { Adoption, Chores, Leases, OwnEntry } from '../upkeep/index.js';
import type { Watchers } from '../watch/index.js';
import { type CreateOrder, checkOrderIsOpen } from './create-order.js';
import type { PlayerLeases } from './player-leases.js';
import type { PlayerRequest } from './player-request.js';

/** What {@link NewSessions} work with. */
export interface NewSessionsTools {
  readonly adoption: Adoption;
  readonly chores: Chores;
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly playerLeases: PlayerLeases;
  readonly watchers: Watchers;
}

/** Takes care of sessions that were created just now. */
export class NewSessions {
  readonly #tools: NewSessionsTools;

  constructor(tools: NewSessionsTools) {
    this.#tools = tools;
  }

  /**
   * Writes the session down, and gives its host a seat and a lease. The session's watcher gets all that was learned on
   * the way, so that the host's document can be made without asking the store again.
   *
   * @param afterwards - what is to be done once it is written down: at the same time, where that can be.
   * @returns the id of the order's session: another one, where the order had made one already.
   */
  async keep(
    { asker, playerId }: PlayerRequest,
    { arrival }: CreateOrder,
    { entry, proof }: OwnEntry,
    afterwards: readonly Afterwards[],
  ): Promise<string> {
    const { adoption, chores, leases, records, playerLeases, watchers } = this.#tools;
    const { session_id: sessionId } = entry;
    if (!v.is(SessionId, sessionId)) throw badSessionId();
    const lease = { sessionId, holder: playerId };
    const steps = [leases.renewal(lease), ...afterwards.flatMap((each) => each.steps)];
    let roster = await adoption.begin(sessionId, proof, arrival, steps);
    if (roster) for (const each of afterwards) each.markDone();
    else {
      const winner = await records.claimNonce(proof.nonce, sessionId);
      if (winner !== sessionId) {
        await chores.do({ what: 'delete', sessionId }, asker);
        await checkOrderIsOpen(records, winner);
        return winner;
      }
      await leases.renew(lease);
      roster = await adoption.record(sessionId, proof, arrival);
    }
    // Not earlier: the watcher would hear of the new seat, and read from the store what is known here.
    const watcher = watchers.of(sessionId);
    playerLeases.note(watcher, playerId);
    if (roster) watcher.acceptRoster(roster);
    // A session that was found in the list may be malformed. Then the first *get* brings its document.
    const session = v.safeParse(RelaySession, entry);
    if (session.success) watcher.accept(session.output);
    return sessionId;
  }
}

const badSessionId = () =>
  new RelayError('invalid-response', 'The relay service gave no id that a path can hold.', {
    status: 200,
  });
