import type { PlayerSession } from '../api/player-session.js';
import type { Transport } from '../api/transport.js';
import { aborted } from '../common/aborted.js';
import { codeOf, RelayError } from '../common/relay-error.js';
import { askForSeat, type Beginning } from './ask-for-seat.js';
import { askStore } from './game-stores.js';
import { finishSoon, giveBack, isGivenBackAfter } from './give-back.js';
import { startLinkDeadline } from './link-deadline.js';
import type { Login } from './login.js';
import { followNetwork } from './offline.js';
import type { CompleteOptions } from './options.js';
import { followPage } from './page-life.js';
import { revokeUser } from './player-api.js';
import { type Farewells, prepareFarewells } from './reload-grace.js';
import { Retrier } from './retrier.js';
import { Seat } from './seat.js';
import { createSendWithTicket, type SendWithTicket } from './send-with-ticket.js';
import type { Input } from './state.js';
import { watchSession } from './watch-session.js';

/** What all matches of a connection work with. */
export interface MatchTools extends CompleteOptions {
  readonly api: Transport;
  readonly login: Login;
}

/** What one match is about. */
export interface MatchPlan {
  /** Says how it begins. What it throws is the end. */
  readonly begin: () => Beginning | Promise<Beginning>;
  /**
   * The end of the match before. A seat that is given back late could be this one's, so nothing is asked until then.
   */
  readonly before: Promise<unknown>;
  /**
   * Told of each document, of each passing failure, and of the error that ends it all. Not told anything after that.
   */
  readonly tell: (input: Exclude<Input, 'start'>) => void;
  /** Whether the session is open. */
  readonly isOpen: () => boolean;
}

/** One match of a player, from *create*, *join* or *resume* to its end. */
export class Match {
  readonly #tools: MatchTools;
  readonly #plan: MatchPlan;
  readonly #over = new AbortController();
  readonly #seat: Seat;
  readonly #retrier: Retrier;
  readonly #send: SendWithTicket;
  readonly #seatTaken: Promise<string | null>;
  readonly #stopDeadline: () => void;
  readonly #farewells: Partial<Farewells> = {};

  /** Asks for the seat, and then follows its session. */
  constructor(tools: MatchTools, plan: MatchPlan) {
    const { api, clock, linkTimeout, login } = tools;
    const { signal } = this.#over;
    this.#tools = tools;
    this.#plan = plan;
    this.#seat = new Seat({
      onTicket: (ticket) => this.#keepTicket(ticket),
      onDocument: (session) => this.#onDocument(session),
    });
    this.#retrier = new Retrier(clock, (retry) => this.#tell(retry));
    this.#send = createSendWithTicket(api, login, this.#seat);
    followNetwork(this.#retrier, signal);
    followPage(this.#retrier, this.#farewells, signal);
    this.#stopDeadline = startLinkDeadline(
      clock,
      linkTimeout,
      () => this.#retrier.tryNow(),
      () => this.#tell(this.#tooLate()),
    );
    this.#seatTaken = this.#takeSeat();
    void this.#follow();
  }

  /** The session is open: its deadline is met. */
  opened(): void {
    this.#stopDeadline();
  }

  /**
   * Takes another player's seat away.
   *
   * @throws {RelayError} as the proxy answers; `aborted` once `signal` is, or at the end of the match.
   */
  async kick(playerId: string, signal: AbortSignal | undefined): Promise<void> {
    const call = revokeUser({ session_id: this.#seat.sessionId, player_id: playerId });
    const end = new AbortController();
    // The game's `token` function, which may have to be asked first, heeds no signal.
    await new Promise((resolve, reject) => {
      for (const each of [signal, this.#over.signal]) {
        each?.addEventListener('abort', () => reject(aborted(each)), { signal: end.signal });
      }
      this.#send(call, end.signal).then(resolve, reject);
    }).finally(() => end.abort());
  }

  /**
   * Lets go of everything, and tells nothing any more. Where the seat is to be given back, it waits until the proxy
   * knows; and before that for the answer to a request for the seat that is on its way, 10 s at most.
   *
   * @throws {RelayError} when the proxy could not be told.
   */
  async end(reason: RelayError): Promise<void> {
    const { before } = this.#plan;
    const { clock } = this.#tools;
    const seat = this.#seat;
    const isGivenBack = isGivenBackAfter(reason);
    if (seat.isAskedFor && seat.ticket && !reason.retryable) this.#keepTicket(undefined);
    this.#over.abort(reason);
    this.#stopDeadline();
    const isOnItsWay = seat.isAskedFor && !seat.name && !this.#retrier.isFarOff;
    if (isGivenBack && isOnItsWay) {
      await finishSoon(this.#retrier, this.#seatTaken, clock).catch(() => {});
    }
    this.#retrier.hold();
    if (isGivenBack && seat.ticket && seat.name) await giveBack(seat.name, this.#send, clock);
    await before;
  }

  async #takeSeat(): Promise<string | null> {
    // First of all: a mistake of the game's own is told at once.
    const beginning = await this.#plan.begin();
    await this.#plan.before;
    return askForSeat(this.#tools, beginning, this.#retrier, this.#seat);
  }

  async #follow(): Promise<void> {
    try {
      const known = await this.#seatTaken;
      if (this.#isOver) return;
      const { clock } = this.#tools;
      const { isOpen } = this.#plan;
      const watched = { seat: this.#seat, send: this.#send, retrier: this.#retrier, clock, isOpen };
      await watchSession(watched, known);
    } catch (error) {
      this.#tell(asRelayError(error));
    }
  }

  #onDocument(session: PlayerSession): void {
    Object.assign(this.#farewells, prepareFarewells(this.#tools.api, session));
    this.#tell(session);
  }

  #keepTicket(ticket: string | undefined): void {
    if (!this.#isOver) void askStore(() => this.#tools.ticket.save?.(ticket));
  }

  #tell(input: Exclude<Input, 'start'>): void {
    if (!this.#isOver) this.#plan.tell(input);
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  #tooLate(): RelayError {
    const { failure } = this.#retrier;
    if (failure && !this.#seat.name) return failure;
    const message = `The session was not open within ${this.#tools.linkTimeout} ms.`;
    return new RelayError('link-timeout', message, { cause: failure });
  }
}

/**
 * What is thrown otherwise comes of what cannot be sent: a session id of the proxy's that no path can hold, for
 * instance.
 */
function asRelayError(error: unknown): RelayError {
  if (codeOf(error)) return error as RelayError;
  return new RelayError('invalid-request', 'It cannot be sent.', { cause: error });
}
