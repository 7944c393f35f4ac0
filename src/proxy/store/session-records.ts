import {
  type Departure,
  Departures,
  forgetDeparture,
  isScoreOfKick,
  readKick,
} from './departures.js';
import { END_KEPT, KEPT } from './lifetimes.js';
import { type News, newsOfWire } from './news.js';
import {
  keyOfEnd,
  keyOfJoinCode,
  keyOfNonce,
  keyOfSeat,
  keyOfSession,
  setOfSeats,
  setOfSessions,
} from './record-keys.js';
import { readRoster, recordOf, rosterOf, seatOf, seatsOf } from './record-reading.js';
import { textOf } from './record-text.js';
import type { Seat } from './seat.js';
import { readSeats, writeSeat } from './seat-steps.js';
import { SessionNames } from './session-names.js';
import type { SessionRecord } from './session-record.js';
import type { Store } from './store.js';
import { keyOf } from './store-key.js';
import type { BatchResults, StoreStep } from './store-step.js';
import { makeClaim, readClaim, type WireClaim, writeClaim } from './wire-claim.js';

/** The sessions and their seats, as the {@link Store} keeps them. */
export class SessionRecords extends SessionNames {
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
      ['publish', channelOf(sessionId), 'roster'],
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

  async giveUpSeat(
    { sessionId, playerId }: Pick<Seat, 'sessionId' | 'playerId'>,
    why: Departure,
  ): Promise<void> {
    await this.#departures.note(sessionId, playerId, why);
    await this.forgetSeat(sessionId, playerId);
    // Whoever has ended the session since then cleared away what was there. The rest is cleared away here.
    if (await this.hasEnded(sessionId)) await this.#departures.forget(sessionId, playerId);
    await this.tell(sessionId, 'roster');
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
  departure(sessionId: string, playerId: string): Promise<Departure | undefined> {
    return this.#departures.of(sessionId, playerId);
  }

  /** Whether a player was kicked, and so stays out. */
  wasKicked(sessionId: string, playerId: string): Promise<boolean> {
    return this.#departures.isKick(sessionId, playerId);
  }

  /** Makes the claim of a process that has just got a wire of a seat's channel. Nobody is told yet. */
  makeClaim(sessionId: string, playerId: string, process: string): Promise<WireClaim> {
    return makeClaim(this.#store, `wires:${keyOf(sessionId)}:${playerId}`, process);
  }

  /** Notes that a process has a wire of a seat's channel, and tells the others: they note a newer one again. */
  async claimWire(sessionId: string, playerId: string, claim: WireClaim): Promise<void> {
    const key = keyOfWire(sessionId, playerId);
    await this.#store.set(key, writeClaim(claim), KEPT);
    if (await this.hasEnded(sessionId)) await this.#store.delete(key);
    await this.tell(sessionId, newsOfWire(playerId, claim));
  }

  /** The claim that was noted last for a seat's wire, where there was ever one. */
  async wireClaim(sessionId: string, playerId: string): Promise<WireClaim | undefined> {
    return readClaim((await this.#store.get(keyOfWire(sessionId, playerId))) ?? '');
  }

  /** The sessions in which a player has a seat. */
  sessionsOf(playerId: string): Promise<string[]> {
    return this.#store.membersOfSet(setOfSessions(playerId));
  }

  /**
   * Forgets a session, except that it has ended, and which *create* made it: that is kept for a day.
   *
   * @returns the players who had a seat.
   */
  async end(sessionId: string): Promise<string[]> {
    await this.#store.set(keyOfEnd(sessionId), '1', END_KEPT);
    const record = await this.find(sessionId);
    const players = await this.#store.membersOfSet(setOfSeats(sessionId));
    for (const playerId of new Set([...players, ...(record ? [record.hostId] : [])])) {
      await this.forgetSeat(sessionId, playerId);
    }
    await this.forgetShared(sessionId);
    await this.#departures.forgetAll(sessionId);
    if (record) await this.forgetNames(record);
    await this.#store.delete(keyOfSession(sessionId));
    await this.tell(sessionId, 'ended');
    return players;
  }

  /** Forgets a seat, or what is left of one. */
  async forgetSeat(sessionId: string, playerId: string): Promise<void> {
    await this.#store.batch([
      ['removeFromSet', setOfSessions(playerId), sessionId],
      ['delete', keyOfSeat(sessionId, playerId)],
      ['delete', keyOfWire(sessionId, playerId)],
      ['removeFromSet', setOfSeats(sessionId), playerId],
    ]);
  }

  /** The step that tells all watchers of a session, for a batch. */
  telling(sessionId: string, news: News): StoreStep {
    return ['publish', channelOf(sessionId), news];
  }

  /** Tells all watchers of a session, in every instance. */
  tell(sessionId: string, news: News): Promise<void> {
    return this.#store.publish(channelOf(sessionId), news);
  }

  /**
   * Hears what watchers are told of a session, until the function that it returns is called.
   *
   * @param onMissed - called when something may have been said that was not heard: then the store must be looked at.
   */
  hear(sessionId: string, listener: (news: News) => void, onMissed: () => void): () => void {
    return this.#store.subscribe(channelOf(sessionId), (news) => listener(news as News), onMissed);
  }
}

const channelOf = keyOfSession;
const keyOfWire = (sessionId: string, playerId: string) => `wire:${keyOf(sessionId)}:${playerId}`;
