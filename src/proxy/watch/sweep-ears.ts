import type { Clock } from '../../common/clock.js';
import type { SweepChannel, SweepNews } from '../store/index.js';
import type { ListedSession } from './listed-session.js';
import type { Polls } from './polls.js';

/** A session that is watched here, as far as sweeps go. */
export interface SweptSession {
  /** Takes what a list shows of it. */
  takeListed(listed: ListedSession): void;
  /** See `Sightings.endSweep`. */
  endSweep(began: number, good: number | undefined): void;
}

/** What {@link SweepEars} work with. */
export interface SweepEarsTools {
  readonly channel: SweepChannel;
  readonly clock: Clock;
  readonly polls: Polls;
  /** Returns the session with this id, if it is watched here. */
  readonly known: (sessionId: string) => SweptSession | undefined;
  /** All that are watched here. */
  readonly all: () => Iterable<SweptSession>;
}

/** What a sweep has shown counts until the next one, and somewhat longer, for that takes its time. */
const GOOD_FOR_SWEEPS = 2.5;

/** Hears what sweeps find, whichever instance makes them, and has the sessions that are watched here look at it. */
export class SweepEars {
  readonly #tools: SweepEarsTools;
  readonly #stopHearing: () => void;
  /** When the sweep began that is heard from its beginning on, on the monotonic clock. */
  #began: number | undefined;

  constructor(tools: SweepEarsTools) {
    this.#tools = tools;
    this.#stopHearing = tools.channel.hear(
      (news) => this.#hear(news),
      () => {
        this.#began = undefined;
      },
    );
  }

  close(): void {
    this.#stopHearing();
  }

  #hear(news: SweepNews): void {
    if (news.what === 'begin') this.#began = this.#tools.clock.monotonic();
    else if (news.what === 'page') this.#hearPage(news.sessions);
    else if (news.what === 'end') this.#hearEnd(news);
  }

  #hearPage(sessions: Extract<SweepNews, { what: 'page' }>['sessions']): void {
    for (const [sessionId, fields, hash] of sessions) {
      this.#tools.known(sessionId)?.takeListed({ sessionId, fields, hash });
    }
  }

  #hearEnd({ isWhole, next, pages }: Extract<SweepNews, { what: 'end' }>): void {
    const { all, polls } = this.#tools;
    polls.pages = pages;
    const began = this.#began;
    this.#began = undefined;
    if (began === undefined || !isWhole) return;
    const good = next === undefined ? undefined : next * GOOD_FOR_SWEEPS;
    for (const session of all()) session.endSweep(began, good);
  }
}
