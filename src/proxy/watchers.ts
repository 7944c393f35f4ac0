import { SessionWatcher, type WatcherTools } from './session-watcher.js';

/** A watcher that nobody used for so long is let go, in milliseconds. */
const IDLE = 60_000;

/** The watchers of one instance, one for each session that somebody asks for. */
export class Watchers {
  readonly #tools: WatcherTools;
  readonly #watchers = new Map<string, SessionWatcher>();
  #timer: unknown;
  #closed = false;

  constructor(tools: WatcherTools) {
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
      watcher = new SessionWatcher(sessionId, this.#tools);
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

  #sweepLater(): void {
    if (this.#timer !== undefined || this.#closed) return;
    const { clock } = this.#tools;
    this.#timer = clock.setTimeout(() => {
      this.#timer = undefined;
      for (const [id, watcher] of this.#watchers) {
        if (watcher.waiting > 0 || watcher.usedAt > clock.monotonic() - IDLE) continue;
        watcher.close();
        this.#watchers.delete(id);
      }
      if (this.#watchers.size > 0) this.#sweepLater();
    }, IDLE);
  }
}
