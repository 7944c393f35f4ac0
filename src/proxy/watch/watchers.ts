import { SessionWatcher, type WatcherTools } from './session-watcher.js';

/** A watcher that nobody used for so long is let go, in milliseconds. */
const IDLE = 60_000;

/** What {@link Watchers} work with. */
export interface WatchersTools extends WatcherTools {
  /** Called with the session's id when its watcher was let go: what else is known of it here may be forgotten. */
  readonly onLetGo?: (sessionId: string) => void;
}

/**
 * The watchers of one instance, one for each session that somebody asks for. One whose session has ended goes at
 * once: that it has ended is in the store.
 */
export class Watchers {
  readonly #tools: WatchersTools;
  readonly #watchers = new Map<string, SessionWatcher>();
  #timer: unknown;
  #closed = false;

  constructor(tools: WatchersTools) {
    this.#tools = tools;
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

  /** The session's watcher, where somebody asked for it lately. */
  known(sessionId: string): SessionWatcher | undefined {
    return this.#watchers.get(sessionId);
  }

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

  /** Ends all waits. */
  close(): void {
    this.#closed = true;
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
