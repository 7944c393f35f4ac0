import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import type { Seat, SessionRecords } from '../store/index.js';
import { findUser } from './find-user.js';

/** What a {@link SeatRoster} works with. */
export interface SeatRosterTools {
  readonly records: SessionRecords;
  readonly clock: Clock;
  /** Returns the session's newest document, once there is one. */
  readonly document: () => RelaySession | undefined;
  /** Called when a player came or went, or when the join code became known. */
  readonly onChange: () => void;
}

/** Who has a seat in a session, and the code to join it with. */
export interface RosterContent {
  /** The host's first. */
  readonly seats: readonly Seat[];
  readonly joinCode: string;
}

/** How old the roster may be, in milliseconds. The news that somebody was kicked may have been lost on the way. */
const FRESH = 15_000;

/** Who has a seat in one session, and the session's join code, as last read from the store. */
export class SeatRoster {
  readonly #sessionId: string;
  readonly #tools: SeatRosterTools;
  #seats: readonly Seat[] = [];
  /** By player: each of many who are told of something is looked up in the same moment. */
  #seatOf: ReadonlyMap<string, Seat> = new Map();
  #joinCode: string | undefined;
  /** Whether it must be read anew. */
  #isOld = true;
  /** When it was last read, on the monotonic clock. */
  #readAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(sessionId: string, tools: SeatRosterTools) {
    this.#sessionId = sessionId;
    this.#tools = tools;
  }

  /** All seats, the host's first. */
  get seats(): readonly Seat[] {
    return this.#seats;
  }

  get joinCode(): string | undefined {
    return this.#joinCode;
  }

  /** Whether it was read a short time ago, and nothing has made it old since. */
  get isFresh(): boolean {
    return !this.#isOld && this.#tools.clock.monotonic() - this.#readAt < FRESH;
  }

  seat(playerId: string): Seat | undefined {
    return this.#seatOf.get(playerId);
  }

  /** Takes what was written to the store just now, so that it need not be read from there. */
  accept({ seats, joinCode }: RosterContent): void {
    this.#takeSeats(seats);
    this.#joinCode = joinCode;
    this.#readAt = this.#tools.clock.monotonic();
    this.#isOld = false;
    this.learnHostToken();
    this.#tools.onChange();
  }

  /** Reads the roster from the store, and once more if somebody asks for it meanwhile. */
  load(): Promise<void> {
    this.#isOld = true;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /**
   * Keeps the host's token, which the service tells only once the session is linked, so that it is not taken for
   * another player's.
   */
  learnHostToken(): void {
    const { document, records } = this.#tools;
    const session = document();
    const host = this.#seats.find(({ role }) => role === 'server');
    if (!session || !host || host.authorizationToken !== undefined) return;
    const token = findUser(session, host, this.#seats)?.authorization_token;
    if (token === undefined) return;
    const learned = { ...host, authorizationToken: token };
    this.#takeSeats(this.#seats.map((seat) => (seat === host ? learned : seat)));
    // Where the store does not take it, it is learned again after the next load.
    void records.keepToken(learned).catch(() => {});
  }

  async #load(): Promise<void> {
    const before = this.#asText();
    try {
      while (this.#isOld) await this.#read();
    } catch (error) {
      this.#isOld = true;
      throw error;
    } finally {
      // At once, because this load has read the store already: a later caller needs another one.
      this.#loading = undefined;
    }
    this.learnHostToken();
    if (this.#asText() !== before) this.#tools.onChange();
  }

  async #read(): Promise<void> {
    const { clock, records } = this.#tools;
    this.#isOld = false;
    const started = clock.monotonic();
    const { joinCode, seats } = await records.roster(this.#sessionId);
    this.#takeSeats(seats);
    this.#joinCode = joinCode;
    this.#readAt = started;
  }

  #takeSeats(seats: readonly Seat[]): void {
    this.#seats = seats;
    this.#seatOf = new Map(seats.map((seat) => [seat.playerId, seat]));
  }

  /** The roster as a text, to compare it with another state. */
  #asText(): string {
    return JSON.stringify([this.#seats, this.#joinCode]);
  }
}
