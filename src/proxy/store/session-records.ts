import {
  type Departure,
  Departures,
  forgetDeparture,
  isScoreOfKick,
  noteDeparture,
  readKick,
} from './departures.js';
import { END_KEPT, KEPT } from './lifetimes.js';
import {
  keyOfEnd,
  keyOfJoinCode,
  keyOfNonce,
  keyOfSeat,
  keyOfSession,
  setOfSessions,
} from './record-keys.js';
import { readRoster, recordOf, rosterOf, seatOf, seatsOf } from './record-reading.js';
import { textOf } from './record-text.js';
import type { Seat } from './seat.js';
import { forgetSeat, readSeats, writeSeat } from './seat-steps.js';
import { SessionNews } from './session-news.js';
import type { SessionRecord } from './session-record.js';
import { forgetRemains, keepNonce, readRemains, remainsOf } from './session-remains.js';
import type { Store } from './store.js';
import type { BatchResults, StoreStep } from './store-step.js';

/** The sessions and their seats, as the {@link Store} keeps them. */
export class SessionRecords extends SessionNews {
  readonly #store: Store;
  readonly #departures: Departures;

  constructor(store: Store) {
    super(store);
    this.#store = store;
    this.#departures = new Departures(store);
  }

  async find(sessionId: string): Promise<SessionRecord | undefined> {
    const text = await this.#store.get(keyOfSession(sessionId));
    return text === undefined ? undefined : recordOf(text);
  }

  async save(record: SessionRecord): Promise<void> {
    await this.#store.set(keyOfSession(record.sessionId), textOf(record), KEPT);
  }

  /** All seats, the host's first, the others in the order in which they were taken. */
  async seats(sessionId: string): Promise<Seat[]> {
    const [seats = []] = await this.#store.batch([readSeats(sessionId)]);
    return seatsOf(seats);
  }

  /** All seats, and the join code where the session has a record. */
  async roster(sessionId: string): Promise<{ seats: Seat[]; joinCode: string | undefined }> {
    const [seats = [], record] = await this.#store.batch(readRoster(sessionId));
    return rosterOf(seats, record);
  }

  /**
   * What there is for a player who wants to join: `undefined` where there is no such session.
   *
   * @param more - steps that are done at the same time, where there is one.
   */
  async look(
    sessionId: string,
    playerId: string,
    more: readonly StoreStep[],
  ): Promise<{ seat: Seat | undefined; wasKicked: boolean } | undefined> {
    const [isThere, seat, score] = await this.#store.batch([
      ['ifPresent', keyOfSession(sessionId)],
      ['get', keyOfSeat(sessionId, playerId)],
      readKick(sessionId, playerId),
      ...more,
    ]);
    if (!isThere) return undefined;
    return { seat: seat === undefined ? undefined : seatOf(seat), wasKicked: isScoreOfKick(score) };
  }

  async seat(sessionId: string, playerId: string): Promise<Seat | undefined> {
    const text = await this.#store.get(keyOfSeat(sessionId, playerId));
    return text === undefined ? undefined : seatOf(text);
  }

  /**
   * Writes down a session that was made just now, with its host's seat, unless it has ended or another one has its
   * nonce or its join code.
   *
   * @param now - milliseconds since the epoch.
   * @param more - steps that are done at the same time.
   * @returns whether it is written down now. Otherwise nothing is, but perhaps the nonce is the session's.
   */
  async begin(
    record: SessionRecord,
    host: Seat,
    now: number,
    more: readonly StoreStep[],
  ): Promise<boolean> {
    const { joinCode, nonce, sessionId } = record;
    const steps = [
      ['ifAbsent', keyOfEnd(sessionId)],
      ['ifClaimed', keyOfNonce(nonce), sessionId, KEPT],
      ['ifClaimed', keyOfJoinCode(joinCode), sessionId, KEPT],
      ['set', keyOfSession(sessionId), textOf(record), KEPT],
      ...writeSeat(host, now),
      ...more,
    ] as const;
    return (await this.#store.batch(steps)).length === steps.length;
  }

  /**
   * Takes a seat, unless the session has ended.
   *
   * @param now - milliseconds since the epoch: the seats are ordered by it.
   * @param more - steps that are done at the same time, once the seat is taken.
   * @returns what those come to; `undefined` where the seat is not taken.
   */
  async takeSeat<const More extends readonly StoreStep[] = []>(
    seat: Seat,
    now: number,
    more: More = [] as unknown as More,
  ): Promise<BatchResults<More> | undefined> {
    const { sessionId, playerId } = seat;
    const steps = [
      ['ifAbsent', keyOfEnd(sessionId)],
      ...writeSeat(seat, now),
      ...forgetDeparture(sessionId, playerId),
      this.telling(sessionId, 'roster'),
    ] as const;
    const results = await this.#store.batch([...steps, ...more]);
    if (results.length === 0) return undefined;
    return results.slice(steps.length) as unknown as BatchResults<More>;
  }

  /** Keeps the token of a seat that is taken. Watchers are not told, because each learns it from the session itself. */
  async keepToken(seat: Seat): Promise<void> {
    const { sessionId, playerId } = seat;
    const key = keyOfSeat(sessionId, playerId);
    await this.#store.batch([
      ['ifAbsent', keyOfEnd(sessionId)],
      ['ifPresent', key],
      ['set', key, textOf(seat), KEPT],
    ]);
  }

  /** @param more - steps that are done at the same time. */
  async giveUpSeat(
    { sessionId, playerId }: Pick<Seat, 'sessionId' | 'playerId'>,
    why: Departure,
    more: readonly StoreStep[] = [],
  ): Promise<void> {
    await this.#store.batch([
      ...noteDeparture(sessionId, playerId, why),
      ...forgetSeat(sessionId, playerId),
      this.telling(sessionId, 'roster'),
      ...more,
      // Whoever has ended the session cleared away what was there. This came later.
      ['ifPresent', keyOfEnd(sessionId)],
      ...forgetDeparture(sessionId, playerId),
    ]);
  }

  /** Gives up a seat whose token the service no longer lists, unless the seat has another token by now. */
  async loseSeat(seat: Seat): Promise<void> {
    const stored = await this.seat(seat.sessionId, seat.playerId);
    if (stored?.authorizationToken !== seat.authorizationToken) return;
    await this.giveUpSeat(seat, 'lapsed');
  }

  /** Whether somebody has at least begun to give up the seat, or to end the session if it is the host's. */
  async isGivenUp({ sessionId, playerId, role }: Seat): Promise<boolean> {
    if (role === 'server') return this.hasEnded(sessionId);
    return (await this.departure(sessionId, playerId)) !== undefined;
  }

  /** Why a player no longer has a seat; `undefined` where none was given up, or it is forgotten. */
  async departure(sessionId: string, playerId: string): Promise<Departure | undefined> {
    const [departure] = await this.#departures.of(sessionId, [playerId]);
    return departure;
  }

  /** Whether at least one of these players has not gone. */
  async isAnyThere(sessionId: string, playerIds: readonly string[]): Promise<boolean> {
    return (await this.#departures.of(sessionId, playerIds)).includes(undefined);
  }

  /** Whether a player was kicked, and so stays out. */
  wasKicked(sessionId: string, playerId: string): Promise<boolean> {
    return this.#departures.isKick(sessionId, playerId);
  }

  /** The sessions in which a player has a seat. */
  sessionsOf(playerId: string): Promise<string[]> {
    return this.#store.membersOfSet(setOfSessions(playerId));
  }

  /**
   * Forgets a session, except that it has ended, and which *create* made it: that is kept for a day. Two round trips,
   * however many players there are. Where this gets no further than the first, it can be done again.
   *
   * @param first - steps that are done as soon as the session counts as ended.
   * @param last - makes the steps that are due for the players who had a seat.
   */
  async end(
    sessionId: string,
    first: readonly StoreStep[] = [],
    last: (players: readonly string[]) => readonly StoreStep[] = () => [],
  ): Promise<void> {
    const [text, ...members] = await this.#store.batch([
      ...readRemains(sessionId),
      ['set', keyOfEnd(sessionId), '1', END_KEPT],
      ...first,
    ]);
    const [players, departed, shared] = members;
    const remains = remainsOf(text, players, departed, shared);
    await this.#store.batch([
      ...forgetRemains(sessionId, remains),
      ...last(remains.players),
      this.telling(sessionId, 'ended'),
      ...(remains.record ? keepNonce(remains.record) : []),
    ]);
  }

  /** Forgets a seat, or what is left of one. */
  async forgetSeat(sessionId: string, playerId: string): Promise<void> {
    await this.#store.batch(forgetSeat(sessionId, playerId));
  }
}
