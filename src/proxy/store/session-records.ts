import * as v from 'valibot';
import { Seat } from './seat.js';
import type { Store } from './store.js';

/** What the proxy keeps of a session besides its seats. */
export const SessionRecord = v.object({
  sessionId: v.string(),
  /** Stands in the session's webhook URL: proof that this proxy created it. */
  nonce: v.string(),
  hostId: v.string(),
  joinCode: v.string(),
});
export type SessionRecord = v.InferOutput<typeof SessionRecord>;

/** Why a seat is no longer there. Who was kicked stays out. */
export type Departure = 'left' | 'kicked' | 'lapsed';

/** How many departures that are of no use any more are cleared away with a new one. */
const PRUNED = 10;

/** What watchers are told of a session; `lease` with the id of a player who may be leaving. */
export type News = 'roster' | 'refresh' | 'ended' | `lease ${string}`;

/** Nothing that is kept outlives this, in milliseconds: a session that lasts longer loses its join code. */
const KEPT = 30 * 24 * 60 * 60 * 1000;
/**
 * How long an end is remembered, in milliseconds, and which session a key stood for: as long as a key may be repeated.
 * Also why somebody went who may come back: after that, what upstream lists tells.
 */
const END_KEPT = 24 * 60 * 60 * 1000;
/** Where a kick stands among the departures: after all that are forgotten in time. */
const KICKED = Number.MAX_SAFE_INTEGER;

/** The sessions and their seats, as the {@link Store} keeps them. */
export class SessionRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async find(sessionId: string): Promise<SessionRecord | undefined> {
    const text = await this.#store.get(`session:${key(sessionId)}`);
    return text === undefined ? undefined : v.parse(SessionRecord, JSON.parse(text));
  }

  async save(record: SessionRecord): Promise<void> {
    await this.#store.set(`session:${key(record.sessionId)}`, JSON.stringify(record), KEPT);
  }

  /** The one session that a nonce stands for: the first that was named. */
  async claimNonce(nonce: string, sessionId: string): Promise<string> {
    if (await this.#store.setIfAbsent(`nonce:${nonce}`, sessionId, KEPT)) return sessionId;
    return (await this.#store.get(`nonce:${nonce}`)) ?? sessionId;
  }

  sessionOfNonce(nonce: string): Promise<string | undefined> {
    return this.#store.get(`nonce:${nonce}`);
  }

  /** Whether a webhook is the first for its session, which is still there. */
  async claimWebhook(nonce: string, sessionId: string): Promise<boolean> {
    if (await this.hasEnded(sessionId)) return false;
    return this.#store.setIfAbsent(`webhook:${nonce}`, '1', END_KEPT);
  }

  /** Whether the code is the session's now: no other has it. */
  async claimJoinCode(code: string, sessionId: string): Promise<boolean> {
    if (await this.#store.setIfAbsent(`join-code:${code}`, sessionId, KEPT)) return true;
    return (await this.#store.get(`join-code:${code}`)) === sessionId;
  }

  sessionOfJoinCode(code: string): Promise<string | undefined> {
    return this.#store.get(`join-code:${code}`);
  }

  /** All seats, the host's first, the others in the order in which they came. */
  async seats(sessionId: string): Promise<Seat[]> {
    const players = await this.#store.membersOfSet(`seats:${key(sessionId)}`);
    const seats = await Promise.all(players.map((playerId) => this.seat(sessionId, playerId)));
    return seats.filter((seat) => seat !== undefined);
  }

  seatCount(sessionId: string): Promise<number> {
    return this.#store.sizeOfSet(`seats:${key(sessionId)}`);
  }

  async seat(sessionId: string, playerId: string): Promise<Seat | undefined> {
    const text = await this.#store.get(`seat:${key(sessionId)}:${playerId}`);
    return text === undefined ? undefined : v.parse(Seat, JSON.parse(text));
  }

  /**
   * Takes a seat, unless the session has ended, in the middle of it even.
   *
   * @param now - milliseconds since the epoch: the seats' order.
   * @returns whether the seat is there now.
   */
  async takeSeat(seat: Seat, now: number): Promise<boolean> {
    const { sessionId, playerId, role } = seat;
    const set = `seats:${key(sessionId)}`;
    const order = role === 'server' ? 0 : ((await this.#store.scoreInSet(set, playerId)) ?? now);
    await this.#store.addToSet(set, playerId, order);
    await this.#store.addToSet(`sessions-of:${playerId}`, sessionId, now);
    await this.#forgetDeparture(sessionId, playerId);
    // Last of all the seat itself: where it is, all of it is.
    await this.#store.set(`seat:${key(sessionId)}:${playerId}`, JSON.stringify(seat), KEPT);
    // Whoever ended it since has cleared away what was there then: the rest is for us.
    if (await this.hasEnded(sessionId)) {
      await this.forgetSeat(sessionId, playerId);
      return false;
    }
    await this.tell(sessionId, 'roster');
    return true;
  }

  /** Keeps what was learned of a seat that is taken. Nobody is told: all can see it in the session themselves. */
  async keepToken(seat: Seat): Promise<void> {
    const { sessionId, playerId } = seat;
    if (!(await this.seat(sessionId, playerId))) return;
    const name = `seat:${key(sessionId)}:${playerId}`;
    await this.#store.set(name, JSON.stringify(seat), KEPT);
    if (await this.hasEnded(sessionId)) await this.#store.delete(name);
  }

  async giveUpSeat(
    { sessionId, playerId }: Pick<Seat, 'sessionId' | 'playerId'>,
    why: Departure,
  ): Promise<void> {
    const departures = `departures:${key(sessionId)}`;
    const now = await this.#store.now();
    const isKick = why === 'kicked';
    for (const gone of await this.#store.takeFromSet(departures, now, PRUNED)) {
      await this.#forgetDeparture(sessionId, gone);
    }
    const name = `departed:${key(sessionId)}:${playerId}`;
    if (isKick) {
      await this.#store.addToSet(departures, playerId, KICKED);
      await this.#store.set(name, why, KEPT);
    } else if (await this.#store.setIfAbsent(name, why, END_KEPT)) {
      // Whoever is kicked in the middle of this stays so.
      const known = await this.#store.scoreInSet(departures, playerId);
      if (known !== KICKED) await this.#store.addToSet(departures, playerId, now + END_KEPT);
    }
    await this.forgetSeat(sessionId, playerId);
    // Whoever ended the session since has cleared away what was there then: the rest is for us.
    if (await this.hasEnded(sessionId)) await this.#forgetDeparture(sessionId, playerId);
    await this.tell(sessionId, 'roster');
  }

  /** Remembers that more than one seat has a token, or may have. */
  async noteShared(sessionId: string, token: number): Promise<void> {
    await this.#store.addToSet(`shared:${key(sessionId)}`, String(token), 0);
  }

  /** Remembers that only one seat has it after all. */
  async noteOwn(sessionId: string, token: number): Promise<void> {
    await this.#store.removeFromSet(`shared:${key(sessionId)}`, String(token));
  }

  async isShared(sessionId: string, token: number): Promise<boolean> {
    return (await this.#store.scoreInSet(`shared:${key(sessionId)}`, String(token))) !== undefined;
  }

  async #forgetDeparture(sessionId: string, playerId: string): Promise<void> {
    await this.#store.delete(`departed:${key(sessionId)}:${playerId}`);
    await this.#store.removeFromSet(`departures:${key(sessionId)}`, playerId);
  }

  /** Gives up a seat whose token upstream lists no longer, unless it has another by now. */
  async loseSeat(seat: Seat): Promise<void> {
    const stored = await this.seat(seat.sessionId, seat.playerId);
    if (stored?.authorizationToken === seat.authorizationToken)
      await this.giveUpSeat(seat, 'lapsed');
  }

  /** Whether giving a seat up, or ending the session where it is the host's, was begun at least. */
  async isGivenUp({ sessionId, playerId, role }: Seat): Promise<boolean> {
    if (role === 'server') return this.hasEnded(sessionId);
    return (await this.departure(sessionId, playerId)) !== undefined;
  }

  async departure(sessionId: string, playerId: string): Promise<Departure | undefined> {
    if (await this.wasKicked(sessionId, playerId)) return 'kicked';
    return (await this.#store.get(`departed:${key(sessionId)}:${playerId}`)) as
      | Departure
      | undefined;
  }

  /** A kick holds as long as the session does, whatever came on top of it. */
  async wasKicked(sessionId: string, playerId: string): Promise<boolean> {
    const score = await this.#store.scoreInSet(`departures:${key(sessionId)}`, playerId);
    return score === KICKED;
  }

  sessionsOf(playerId: string): Promise<string[]> {
    return this.#store.membersOfSet(`sessions-of:${playerId}`);
  }

  sessionCount(playerId: string): Promise<number> {
    return this.#store.sizeOfSet(`sessions-of:${playerId}`);
  }

  /** Forgets all about a session but that it ended, and, for a day, which key made it. Returns the players who had a seat. */
  async end(sessionId: string): Promise<string[]> {
    const id = key(sessionId);
    await this.#store.set(`ended:${id}`, '1', END_KEPT);
    const record = await this.find(sessionId);
    const players = await this.#store.membersOfSet(`seats:${id}`);
    for (const playerId of new Set([...players, ...(record ? [record.hostId] : [])])) {
      await this.forgetSeat(sessionId, playerId);
    }
    for (const token of await this.#store.membersOfSet(`shared:${id}`)) {
      await this.#store.removeFromSet(`shared:${id}`, token);
    }
    for (const gone of await this.#store.membersOfSet(`departures:${id}`)) {
      await this.#forgetDeparture(sessionId, gone);
    }
    if (record) await this.#store.delete(`join-code:${record.joinCode}`);
    // The nonce may stand for another session: this one may be the second of one *create*.
    const isOwn = record && (await this.sessionOfNonce(record.nonce)) === sessionId;
    if (isOwn) {
      await this.#store.set(`nonce:${record.nonce}`, sessionId, END_KEPT);
      await this.#store.delete(`webhook:${record.nonce}`);
    }
    await this.#store.delete(`session:${id}`);
    await this.tell(sessionId, 'ended');
    return players;
  }

  async hasEnded(sessionId: string): Promise<boolean> {
    return (await this.#store.get(`ended:${key(sessionId)}`)) !== undefined;
  }

  /** Whether the session's failure is the caller's to tell: nobody has yet. */
  claimFailure(sessionId: string): Promise<boolean> {
    return this.#store.setIfAbsent(`failed:${key(sessionId)}`, '1', END_KEPT);
  }

  /** Forgets a seat, or what is left of one. Last of all the roster: as long as a player is on it, that is found again. */
  async forgetSeat(sessionId: string, playerId: string): Promise<void> {
    await this.#store.removeFromSet(`sessions-of:${playerId}`, sessionId);
    await this.#store.delete(`seat:${key(sessionId)}:${playerId}`);
    await this.#store.removeFromSet(`seats:${key(sessionId)}`, playerId);
  }

  tell(sessionId: string, news: News): Promise<void> {
    return this.#store.publish(`session:${key(sessionId)}`, news);
  }

  hear(sessionId: string, listener: (news: News) => void): () => void {
    return this.#store.subscribe(`session:${key(sessionId)}`, (news) => listener(news as News));
  }
}

/** A session's id comes from the service: nothing in it may be mistaken for a part of the key. */
const key = (sessionId: string) => encodeURIComponent(sessionId);
