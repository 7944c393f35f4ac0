import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import type { Seat, SessionRecords } from '../store/index.js';
import { findUser } from './player-document.js';

/** What a {@link SeatRoster} works with. */
export interface SeatRosterTools {
  readonly records: SessionRecords;
  readonly clock: Clock;
  /** The session's newest document, once there is one. */
  readonly document: () => RelaySession | undefined;
  /** Called when somebody came, went, or became known. */
  readonly onChange: () => void;
}

/** Who has a seat in a session, and the code to join it with. */
export interface RosterContent {
  /** The host's first. */
  readonly seats: readonly Seat[];
  readonly joinCode: string;
}

/** How old a roster may be, in milliseconds: the news that somebody was kicked may have been lost on the way. */
const FRESH = 15_000;

/** Who has a seat in one session, and the code to join it with, as the store last said. */
export class SeatRoster {
  readonly #sessionId: string;
  readonly #tools: SeatRosterTools;
  #seats: readonly Seat[] = [];
  #joinCode: string | undefined;
  #isOld = true;
  #read = 0;
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

  /** Whether it was read, and not so long ago. */
  get isFresh(): boolean {
    return !this.#isOld && this.#tools.clock.monotonic() - this.#read < FRESH;
  }

  seat(playerId: string): Seat | undefined {
    return this.#seats.find((seat) => seat.playerId === playerId);
  }

  /** Takes what was written to the store just now, so that it need not be read from there. */
  accept({ seats, joinCode }: RosterContent): void {
    this.#seats = seats;
    this.#joinCode = joinCode;
    this.#read = this.#tools.clock.monotonic();
    this.#isOld = false;
    this.learnHostToken();
    this.#tools.onChange();
  }

  /** Reads it from the store, and once more where somebody asks for it meanwhile. */
  load(): Promise<void> {
    this.#isOld = true;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** The host's own token shows once the session is linked; kept, it cannot be mistaken for another's. */
  learnHostToken(): void {
    const { document, records } = this.#tools;
    const session = document();
    const host = this.#seats.find(({ role }) => role === 'server');
    if (!session || !host || host.authorizationToken !== undefined) return;
    const token = findUser(session, host, this.#seats)?.authorization_token;
    if (token === undefined) return;
    const learned = { ...host, authorizationToken: token };
    this.#seats = this.#seats.map((seat) => (seat === host ? learned : seat));
    void records.keepToken(learned).catch(() => {});
  }

  async #load(): Promise<void> {
    const { clock, onChange, records } = this.#tools;
    const before = JSON.stringify([this.#seats, this.#joinCode]);
    try {
      while (this.#isOld) {
        this.#isOld = false;
        const started = clock.monotonic();
        this.#seats = await records.seats(this.#sessionId);
        this.#joinCode = (await records.find(this.#sessionId))?.joinCode;
        this.#read = started;
      }
    } catch (error) {
      this.#isOld = true;
      throw error;
    } finally {
      // Not a moment later: who asked for it in between would be told that it was read, and it was not.
      this.#loading = undefined;
    }
    this.learnHostToken();
    if (JSON.stringify([this.#seats, this.#joinCode]) !== before) onChange();
  }
}
