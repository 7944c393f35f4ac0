import type { PlayerSession } from '../api/player-session.js';
import { RelayError } from '../api/relay-error.js';
import type { Retry } from './events.js';
import type { Login } from './login.js';
import type { CompleteOptions } from './options.js';
import { followPage } from './page.js';
import { asGone, type PlayerApi, type Report, TIMEOUT } from './player-api.js';
import { LONGEST_TIMER, Turns } from './turns.js';
import { watch } from './watch.js';

/** For how long the proxy keeps the seat of a page that may be reloading, in seconds. */
const RELOAD_GRACE = 15;
/** A timer that is later than this slept with its machine or its tab, in milliseconds. */
const LATE = 1_000;
/** How often it is tried to give the seat back, within the time of one request. */
const LEAVE_TRIES = 3;

/** What one use of a connection works with. */
export interface AttemptOptions extends Pick<CompleteOptions, 'clock' | 'linkTimeout'> {
  readonly api: PlayerApi;
  readonly login: Login;
  /** The end of the use before: a seat that is given back late could be this one's. */
  readonly before: Promise<unknown> | undefined;
  /** The seat's proof, where it is there already. */
  readonly ticket: string | undefined;
  /** Asks for the seat. Doing so again gives the same one. */
  readonly request: (bearer: string | undefined, signal: AbortSignal) => Promise<Report>;
  /** Returns whether the session is open now. */
  readonly onSession: (session: PlayerSession) => boolean;
  readonly onRetry: (retry: Retry) => void;
  readonly onError: (error: unknown) => void;
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

/** Asks for a seat, and follows its session. */
export function startAttempt(options: AttemptOptions): Attempt {
  const { api, before, clock, linkTimeout, login, onError, onSession, request } = options;
  const turns = new Turns(clock);
  const life = new AbortController();
  let { ticket } = options;
  let session: PlayerSession | undefined;
  let failure: RelayError | undefined;
  let isOpen = false;
  let isOver = false;
  let renewed: string | undefined;
  let isSent = false;
  let timer: unknown;
  let wasLate = false;

  function wait(delay: number): void {
    const due = clock.now() + delay;
    timer = clock.setTimeout(() => {
      if (!wasLate && clock.now() - due > LATE) {
        wasLate = true;
        wait(TIMEOUT);
        turns.interrupt();
      } else {
        const message = `The session was not open within ${linkTimeout} ms.`;
        const isAnswered = session || !failure;
        onError(isAnswered ? new RelayError('link-timeout', message, { cause: failure }) : failure);
      }
    }, delay);
  }

  function onRetry(retry: Retry): void {
    failure = retry.error;
    if (!isOver) options.onRetry(retry);
  }

  function receive(document: PlayerSession | undefined): void {
    if (!document) return;
    ticket = document.ticket ?? ticket;
    session = { ...document, ticket };
    if (isOver) return;
    isOpen = onSession(session);
    if (isOpen) clock.clearTimeout(timer);
  }

  async function requestSeat(signal: AbortSignal): Promise<Report> {
    const send = (bearer: string | undefined) => {
      isSent = true;
      return request(bearer, signal);
    };
    return ticket ? send(ticket).catch(asGone) : login.use(send, signal, true);
  }

  /** Does something with the ticket. Where that is refused, `then` gets the seat again, with a fresh ticket. */
  async function withTicket<T>(
    send: (ticket: string | undefined) => Promise<T>,
    signal: AbortSignal,
    then: (report: Report) => T | Promise<T>,
  ): Promise<T> {
    const used = ticket;
    try {
      return await send(used);
    } catch (error) {
      const isRefused = error instanceof RelayError && error.code === 'unauthorized';
      if (!isRefused || used === renewed || !(await login.isKnown())) throw error;
    }
    const { session_id } = session as PlayerSession;
    const authorize = (token: string | undefined) =>
      api.authorizeUser({ session_id }, token, signal);
    const report = await login.use(authorize, signal, false);
    renewed = report.document?.ticket;
    return then(report);
  }

  const ask = (etag: string | null, signal: AbortSignal): Promise<Report> =>
    withTicket(
      async (used) => {
        const { session_id } = session as PlayerSession;
        const report = await api.getSession(session_id, used, etag, signal);
        renewed = undefined;
        return report;
      },
      signal,
      (report) => report,
    ).catch(asGone);

  /** Does something with the ticket, and once more with a fresh one. */
  async function act(
    send: (ticket: string | undefined) => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    await withTicket(send, signal, ({ document }) => {
      receive(document);
      return send(ticket);
    });
  }

  const first = Promise.resolve(before).then(() => turns.persist(requestSeat, onRetry));

  async function run(): Promise<void> {
    try {
      const { document, etag } = await first;
      receive(document);
      if (isOver) return;
      const documents = watch({ clock, turns, etag, ask, isOpen: () => isOpen, onRetry });
      for await (const document of documents) receive(document);
    } catch (error) {
      if (!isOver) onError(error);
    }
  }

  const unfollow = followPage({
    onNetwork: () => turns.interrupt(),
    onShow: () => turns.resume(),
    onHide(persisted) {
      turns.hold();
      if (persisted || !session) return;
      const { session_id } = session;
      api.revokeUser(ticket, { session_id, after: RELOAD_GRACE }).catch(() => {});
    },
  });
  wait(Math.min(linkTimeout, LONGEST_TIMER));
  void run();

  return {
    kick(player_id) {
      const { session_id } = session as PlayerSession;
      const { signal } = life;
      return act((used) => api.revokeUser(used, { session_id, player_id }, signal), signal);
    },
    async end(isSeatGivenBack) {
      isOver = true;
      life.abort();
      clock.clearTimeout(timer);
      unfollow();
      if (isSeatGivenBack && isSent && !session) {
        const bound = clock.setTimeout(() => turns.end(), TIMEOUT);
        await first.catch(() => {});
        clock.clearTimeout(bound);
      }
      turns.end();
      if (isSeatGivenBack && session && ticket) await giveBack(session);
      await before;
    },
  };

  function giveBack({ role, session_id }: PlayerSession): Promise<void> {
    const last = new Turns(clock);
    const send = (signal: AbortSignal) =>
      act(
        (used) =>
          role === 'server'
            ? api.deleteSession(used, session_id, signal)
            : api.revokeUser(used, { session_id }, signal),
        signal,
      );
    return new Promise<void>((resolve, reject) => {
      const bound = clock.setTimeout(() => {
        reject(new RelayError('timeout', `The proxy could not be told within ${TIMEOUT} ms.`));
        last.end();
      }, TIMEOUT);
      last
        .persist(send, ({ attempt, delay, error }) => {
          if (attempt === LEAVE_TRIES || delay > TIMEOUT) throw error;
        })
        .catch((error) => {
          if (error.code !== 'not-found' && error.code !== 'revoked') throw error;
        })
        .finally(() => clock.clearTimeout(bound))
        .then(resolve, reject);
    });
  }
}
