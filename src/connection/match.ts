import type { GenericSchema, InferOutput } from 'valibot';
import type { PlayerSession } from '../api/player-session.js';
import type { Answer } from '../api/transport.js';
import { codeOf, RelayError } from '../common/relay-error.js';
import { flawOf } from './endpoint.js';
import type { Retry } from './events.js';
import type { Login } from './login.js';
import type { CompleteOptions } from './options.js';
import { followPage } from './page-life.js';
import {
  asGone,
  authorizeUser,
  deleteSession,
  getSession,
  type PlayerCall,
  type Prepare,
  type Report,
  revokeUser,
  type Send,
  type SessionCall,
  TIMEOUT,
} from './player-api.js';
import { LONGEST_TIMER, type Turns, takeTurns } from './retrier.js';
import { watch } from './watch-session.js';

/** For how long the proxy keeps the seat of a page that may be reloading, in seconds. */
const RELOAD_GRACE = 15;
/** The same for a page in the back-forward cache, which may never come back, in seconds. */
const CACHE_GRACE = 60;
/** A timer that is later than this slept with its machine or its tab, in milliseconds. */
const LATE = 1_000;

/** What all uses of a connection work with. */
export interface Tools extends Pick<CompleteOptions, 'clock' | 'linkTimeout'> {
  readonly send: Send;
  readonly prepare: Prepare;
  readonly login: Login;
}

/** One use of a connection, from *create*, *join* or *resume* to its end. */
export interface Attempt {
  /**
   * Takes another player's seat away, until the end of this use.
   *
   * @throws {RelayError} as the proxy answers; `aborted` at the end.
   */
  kick(playerId: string): Promise<void>;
  /**
   * Lets go of everything; nothing is told any more. To give the seat back, it waits for the answer to a
   * request for it that is on its way, 10 s at most.
   *
   * @throws {RelayError} when the proxy could not be told.
   */
  end(isSeatGivenBack: boolean): Promise<void>;
}

/**
 * Asks for a seat, and follows its session.
 *
 * @param makeCall - Makes the request for the seat. Sent again, it gives the same one. What it throws is the end.
 * @param proof - The seat's ticket, where it is there already.
 * @param before - The end of the use before: a seat that is given back late could be this one's.
 * @param take - Told of each document, of each passing failure, and of the error that ends it all; says
 * whether the session is open.
 */
export function startAttempt(
  { clock, linkTimeout, login, prepare, send }: Tools,
  makeCall: () => SessionCall,
  proof: string | undefined,
  before: Promise<unknown>,
  take: (input: PlayerSession | Retry | RelayError) => boolean,
): Attempt {
  const life = new AbortController();
  const { signal: over } = life;
  let ticket = proof;
  let session: PlayerSession | undefined;
  let failure: RelayError | undefined;
  let isOpen = false;
  /** Whether there may be a seat to give back, where there is no session yet. */
  let isSent = false;
  let timer: unknown;
  /** Gives the seat back some time after the page went: for a page that is put away, and for one that is closed. */
  let sayPutAway = () => {};
  let sayClosed = () => {};

  const sessionId = () => (session as PlayerSession).session_id;

  function onRetry(retry: Retry): void {
    failure = retry.error;
    // To give the seat back there is the time of one request.
    const isLate = Number(failure.retryAfter) > TIMEOUT;
    if (isLate) isSent = false;
    if (!over.aborted) take(retry);
    else if (isLate) throw failure;
  }

  const turns = takeTurns(clock, onRetry);

  function wait(delay: number, isLast: boolean): void {
    const due = clock.monotonic() + delay;
    timer = clock.setTimeout(() => {
      if (!isLast && clock.monotonic() - due > LATE) {
        wait(TIMEOUT, true);
        turns.interrupt();
      } else {
        const message = `The session was not open within ${linkTimeout} ms.`;
        take((!session && failure) || new RelayError('link-timeout', message, { cause: failure }));
      }
    }, delay);
  }

  function receive({ document }: Report): void {
    failure = undefined;
    if (!document) return;
    ticket = document.ticket ?? ticket;
    session = { ...document, ticket };
    const after = (after: number) =>
      prepare(revokeUser({ session_id: sessionId(), after }), ticket);
    sayPutAway = after(CACHE_GRACE);
    sayClosed = after(RELOAD_GRACE);
    if (over.aborted) return;
    isOpen = take(session);
    if (isOpen) clock.clearTimeout(timer);
  }

  async function requestSeat(call: SessionCall, signal: AbortSignal): Promise<Report> {
    const ask = (bearer: string | undefined) => {
      isSent = true;
      return send(call, bearer, signal);
    };
    return ticket ? ask(ticket).catch(asGone) : login(ask, signal);
  }

  /** Does something with the ticket, and once more with a fresh one of the same player where it is refused (401). */
  async function withTicket<TSchema extends GenericSchema>(
    call: PlayerCall<TSchema>,
    signal: AbortSignal,
  ): Promise<Answer<InferOutput<TSchema>>> {
    try {
      return await send(call, ticket, signal);
    } catch (error) {
      if (codeOf(error) !== 'unauthorized') throw error;
      const seat = authorizeUser({ session_id: sessionId() });
      const report = await login((bearer) => send(seat, bearer, signal), signal, error);
      if (report.document?.player_id !== session?.player_id) {
        throw new RelayError('unauthorized', "The login is another player's.", { cause: error });
      }
      receive(report);
      return send(call, ticket, signal);
    }
  }

  async function ask(etag: string | null, signal: AbortSignal): Promise<Report> {
    const report = await withTicket(getSession(sessionId(), etag), signal).catch(asGone);
    const flaw = report.document && flawOf(report.document);
    if (!flaw) return report;
    // All else that the document tells is told. The relay may be mended, or another one be there, by the next try.
    receive(report);
    throw new RelayError('invalid-response', flaw);
  }

  /** A mistake of the game's own is told at once. */
  async function takeSeat(): Promise<Report> {
    const call = makeCall();
    await before;
    const { document, headers } = await turns.persist((signal) => requestSeat(call, signal));
    // The seat is there, whatever its relay is good for. Without the tag it is looked at again at once.
    return { document, headers: document && flawOf(document) ? new Headers() : headers };
  }

  const first = takeSeat();

  async function run(): Promise<void> {
    try {
      for await (const each of watch(turns, clock, await first, ask, () => isOpen)) {
        receive(each);
        if (over.aborted) return;
      }
    } catch (error) {
      if (over.aborted) return;
      // The rest cannot be sent: a session id of the proxy's that no path can carry, for instance.
      take(
        codeOf(error)
          ? (error as RelayError)
          : new RelayError('invalid-request', 'It cannot be sent.', { cause: error }),
      );
    }
  }

  followPage(
    {
      offline: turns.interrupt,
      online: turns.interrupt,
      pageshow: turns.resume,
      pagehide(event) {
        // First of all: see `Transport.prepare`.
        if ((event as PageTransitionEvent).persisted) sayPutAway();
        else sayClosed();
        turns.hold();
      },
    },
    over,
  );
  wait(Math.min(linkTimeout, LONGEST_TIMER), false);
  void run();

  /** Waits for what `turns` do, for the time of one request: the game's own functions heed no signal. */
  function bound(turns: Turns, work: Promise<unknown>): Promise<unknown> {
    const end = new AbortController();
    followPage({ online: turns.interrupt }, end.signal);
    let timer: unknown;
    return new Promise((resolve, reject) => {
      timer = clock.setTimeout(() => {
        const message = `The proxy gave no whole answer within ${TIMEOUT} ms.`;
        reject(failure ?? new RelayError('timeout', message));
        turns.hold();
      }, TIMEOUT);
      work.then(resolve, reject);
    }).finally(() => {
      clock.clearTimeout(timer);
      end.abort();
    });
  }

  async function giveBack({ role, session_id }: PlayerSession): Promise<void> {
    failure = undefined;
    const last = takeTurns(clock, onRetry);
    const give = role === 'server' ? deleteSession(session_id) : revokeUser({ session_id });
    try {
      await bound(
        last,
        last.persist((signal) => withTicket(give, signal)),
      );
    } catch (error) {
      if (codeOf(error) !== 'not-found' && codeOf(error) !== 'revoked') throw error;
    }
  }

  return {
    async kick(player_id) {
      await withTicket(revokeUser({ session_id: sessionId(), player_id }), over);
    },
    async end(isSeatGivenBack) {
      life.abort();
      clock.clearTimeout(timer);
      if (isSeatGivenBack && isSent && !session) await bound(turns, first).catch(() => {});
      turns.hold();
      if (isSeatGivenBack && session && ticket) await giveBack(session);
      await before;
    },
  };
}
