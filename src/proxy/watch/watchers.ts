import type { SweepChannel } from '../store/index.js';
import { SessionWatcher } from './session-watcher.js';
import { SweepEars } from './sweep-ears.js';
import type { WatcherTools } from './watcher-tools.js';

/** How long a watcher that nobody makes use of is kept, in milliseconds. */
const IDLE = 60_000;

/** What {@link Watchers} work with. */
export interface WatchersTools extends WatcherTools {
  /** Called with a session's id when its watcher was let go, so that others can forget the session as well. */
  readonly onLetGo?: (sessionId: string) => void;
  /** Where the finds of sweeps are heard. */
  readonly sweeps: SweepChannel;
}

/**
 * The watchers of one instance, one for each session that somebody asks for. When a session ends, its watcher goes at
 * once: the store remembers the end.
 */
export class Watchers {
  readonly #tools: WatchersTools;
  readonly #watchers = new Map<string, SessionWatcher>();
  readonly #ears: SweepEars;
  #timer: unknown;
  #closed = false;

  constructor(tools: WatchersTools) {
    this.#tools = tools;
    this.#ears = new SweepEars({
      channel: tools.sweeps,
      clock: tools.clock,
      polls: tools.polls,
      known: (sessionId) => this.#watchers.get(sessionId),
      all: () => this.#watchers.values(),
    });
  }

  /** How many sessions are watched. */
  get size(): number {
    return this.#watchers.size;
  }

  /** How many requests are held. */
  get waiting(): number {
    let waiting = 0;
    for (const watcher of this.#watchers.values()) waiting += watcher.waiting;
    return waiting;
  }

  /** How many seats are followed for channels. */
  get followers(): number {
    let followers = 0;
    for (const watcher of this.#watchers.values()) followers += watcher.followers;
    return followers;
  }

  /** The session's watcher, if there is one already. */
  known(sessionId: string): SessionWatcher | undefined {
    return this.#watchers.get(sessionId);
  }

  /** The session's watcher, made anew where there is none. */
  of(sessionId: string): SessionWatcher {
    let watcher = this.#watchers.get(sessionId);
    if (!watcher) {
      watcher = new SessionWatcher(sessionId, this.#tools, (ended) => this.#letGo(ended));
      if (this.#closed) watcher.close();
      else this.#watchers.set(sessionId, watcher);
      this.#sweepLater();
    }
    return watcher;
  }

  /**
   * Answers all held requests, those that come too, each at a moment of its own within `duration` milliseconds: this
   * process is about to stop, and all who asked it would otherwise ask the others at the same moment.
   */
  drain(duration: number): void {
    this.#tools.deadlines.endWithin(duration);
  }

  /** Wakes all held requests. A watcher that is made after this is closed from the start. */
  close(): void {
    this.#closed = true;
    this.#ears.close();
    this.#tools.clock.clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #letGo(watcher: SessionWatcher): void {
    const { sessionId } = watcher;
    watcher.close();
    if (this.#watchers.get(sessionId) !== watcher) return;
    this.#watchers.delete(sessionId);
    this.#tools.onLetGo?.(sessionId);
  }

  #sweepLater(): void {
    if (this.#timer !== undefined || this.#closed) return;
    const { clock } = this.#tools;
    this.#timer = clock.setTimeout(() => {
      this.#timer = undefined;
      for (const watcher of this.#watchers.values()) {
        if (watcher.isIdle(IDLE)) this.#letGo(watcher);
      }
      if (this.#watchers.size > 0) this.#sweepLater();
    }, IDLE);
  }
}
