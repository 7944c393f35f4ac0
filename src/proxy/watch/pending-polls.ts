import type { RelayApi } from '../../api/relay-api.js';
import type { SessionEntryPage } from '../../api/session-list.js';
import type { Clock } from '../../common/clock.js';
import { RecentTurns } from '../limits/index.js';
import { type ListedSession, listedSession } from './listed-session.js';
import type { PageOfNewest } from './page-of-newest.js';
import { PAGE } from './page-size.js';
import type { Polled } from './polled.js';

/** The budget of calls, and how much of it is used. */
export interface BudgetUse {
  /** How many calls of the API there may be a second. */
  readonly callsPerSecond: number;
  /** How many there were a second of late, but for those that give way to pending sessions. */
  readonly recentCalls: () => number;
}

/** What {@link PendingPolls} work with. */
export interface PendingPollsTools {
  /** The relay session API, with the class of pending sessions. */
  readonly api: RelayApi;
  readonly clock: Clock;
  readonly use: BudgetUse;
  readonly page: PageOfNewest;
}

/** The shortest time from one round to the next, in milliseconds. */
const SHORTEST = 100;
/** How many are asked for one by one in a round, so that the next round comes soon. */
const MOST_GETS = 5;
/** A list may be stale: at least so often each session is asked for by itself, in milliseconds. */
const GET_EVERY = 2_000;
/** How long a list may take before sessions are asked for one by one meanwhile, in milliseconds. */
const PATIENCE = 500;
/** How long rounds come half as often after the service said that it was called too often, in milliseconds. */
const SLOW_FOR = 10 * 60_000;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Asks for sessions that are not open yet, in rounds, as often as the budget allows. Several are asked for by one
 * *list*, if they are all on one page, and then only those by a *get* that the list shows changed or not at all.
 */
export class PendingPolls {
  readonly #tools: PendingPollsTools;
  readonly #polled = new Set<Polled>();
  /** The calls that were made here. */
  readonly #own = new RecentTurns();
  #timer: unknown;
  /** When the timer rings, on the monotonic clock. */
  #ringsAt = NEVER;
  /** When the next round may be, on the monotonic clock. */
  #readyAt = Number.NEGATIVE_INFINITY;
  #slowUntil = Number.NEGATIVE_INFINITY;
  /** When the list was asked for that is under way. */
  #listingSince: number | undefined;

  constructor(tools: PendingPollsTools) {
    this.#tools = tools;
  }

  /** Takes a session in, or its new time. */
  add(polled: Polled): void {
    this.#polled.add(polled);
    this.#setTimer(polled.dueAt);
  }

  delete(polled: Polled): void {
    this.#polled.delete(polled);
    if (this.#polled.size === 0) this.#stopTimer();
  }

  /** Notes that the service was called too often. */
  slowDown(): void {
    this.#slowUntil = this.#tools.clock.monotonic() + SLOW_FOR;
  }

  #setTimer(wanted: number): void {
    const { clock } = this.#tools;
    const now = clock.monotonic();
    const at = Math.max(wanted, this.#readyAt, now);
    if (at >= this.#ringsAt) return;
    this.#stopTimer();
    this.#ringsAt = at;
    this.#timer = clock.setTimeout(() => {
      this.#stopTimer();
      this.#round();
    }, at - now);
  }

  #stopTimer(): void {
    this.#tools.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#ringsAt = NEVER;
  }

  #round(): void {
    const now = this.#tools.clock.monotonic();
    // What the last list has caused may have put it off.
    if (now < this.#readyAt) {
      this.#setTimer(this.#readyAt);
      return;
    }
    const idle = [...this.#polled].filter(({ isAsking }) => !isAsking);
    const due = idle.filter(({ dueAt }) => dueAt <= now);
    this.#restAfter(this.#askFor(due, now), now);
    // Those that are asked for now come again by themselves, with their answers.
    const next = idle.filter(({ isAsking }) => !isAsking).map(({ dueAt }) => dueAt);
    if (next.length > 0) this.#setTimer(Math.min(...next));
  }

  /** Puts the next round off, by what this one has taken of the budget. */
  #restAfter(calls: number, now: number): void {
    const perCall = 1000 / this.#freeCalls(now);
    const factor = now < this.#slowUntil ? 2 : 1;
    this.#readyAt = now + factor * Math.max(SHORTEST, calls * perCall);
  }

  /** How many calls of the API a second nobody else needs now. */
  #freeCalls(now: number): number {
    const { callsPerSecond, recentCalls } = this.#tools.use;
    const ofOthers = recentCalls() - this.#own.perSecond(now);
    return Math.max(1, Math.min(callsPerSecond, callsPerSecond - ofOthers));
  }

  /** Returns how many calls that takes. */
  #askFor(due: readonly Polled[], now: number): number {
    const mayList = due.filter((each) => each.mayBeListed && now - each.askedAt < GET_EVERY);
    if (mayList.length < 2 || !this.#tools.page.isUseful(now)) return this.#get(due);
    const isLate = this.#listingSince !== undefined && now - this.#listingSince > PATIENCE;
    if (isLate) return this.#get(due);
    const others = due.filter((each) => !mayList.includes(each));
    if (this.#listingSince !== undefined) return this.#get(others);
    void this.#list(mayList, now);
    return 1 + this.#get(others);
  }

  /** Asks for some by a *get* each, those first that were not asked for longest. */
  #get(polled: readonly Polled[]): number {
    const first = [...polled]
      .sort((one, other) => (one.askedAt < other.askedAt ? -1 : 1))
      .slice(0, MOST_GETS);
    for (const each of first) {
      this.#own.add(this.#tools.clock.monotonic());
      void each.ask('pending');
    }
    return first.length;
  }

  async #list(wanted: readonly Polled[], started: number): Promise<void> {
    const { api, clock, page } = this.#tools;
    this.#listingSince = started;
    this.#own.add(started);
    try {
      const list = await api.listEntryPage({ limit: PAGE, page: page.number });
      const { found, toAsk } = this.#read(wanted, list);
      page.learn(list, found, clock.monotonic());
      const calls = this.#get(toAsk);
      const now = clock.monotonic();
      // On top of what this round has taken already.
      this.#readyAt = Math.max(this.#readyAt, now) + (calls * 1000) / this.#freeCalls(now);
    } catch {
      // The next rounds ask for each by itself.
      page.rest(clock.monotonic());
    } finally {
      this.#listingSince = undefined;
    }
  }

  /** Which of the wanted sessions a page shows, and which of them must be asked for. */
  #read(wanted: readonly Polled[], { sessions }: SessionEntryPage) {
    const listed = new Map<string, ListedSession>();
    for (const entry of sessions) listed.set(entry.session_id, listedSession(entry));
    const toAsk: Polled[] = [];
    let found = 0;
    for (const polled of wanted) {
      // It may have come to its end meanwhile, or been asked for.
      if (!this.#polled.has(polled) || polled.isAsking) continue;
      const shown = listed.get(polled.sessionId);
      if (shown) found += 1;
      if (shown && !polled.takeListed(shown)) polled.noteNoNews();
      else toAsk.push(polled);
    }
    return { found, toAsk };
  }
}
