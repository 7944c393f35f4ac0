import type { Rest } from './rules.js';
import type { SeatStatus } from './seat-game.js';

/** How long a host may say nothing before the clients are told, in milliseconds. */
const SILENT = 1_000;
/** How long somebody who comes back is told that they were away, in milliseconds. */
const TOLD = 5_000;

/** Knows for how long the page was hidden. */
export class HiddenTimes {
  #hiddenAt: number | undefined;
  #backAt = Number.NEGATIVE_INFINITY;
  #seconds = 0;

  constructor() {
    document.addEventListener('visibilitychange', () => {
      const now = performance.now();
      if (document.hidden) this.#hiddenAt = now;
      else if (this.#hiddenAt !== undefined) {
        this.#seconds = Math.round((now - this.#hiddenAt) / 1_000);
        this.#backAt = now;
        this.#hiddenAt = undefined;
      }
    });
  }

  /** How many seconds it was hidden, for a while after; else nothing. */
  get justNow(): number | undefined {
    return performance.now() - this.#backAt < TOLD ? this.#seconds : undefined;
  }
}

/** What a player must know of the game's way through the network; empty while all is well. */
export function noticeFor(
  isHost: boolean,
  rest: Rest,
  { isCutOff, silence }: SeatStatus,
  wasHidden: number | undefined,
): string {
  if (isCutOff) return 'The connection is lost. It comes back by itself …';
  if (isHost) {
    if (document.hidden) return 'The host’s tab is hidden: this one.';
    if (wasHidden === undefined) return '';
    return `Your tab was hidden for ${wasHidden} s. You host: the others saw that the host’s tab is hidden.`;
  }
  if (rest.isHostHidden) {
    return silence > SILENT
      ? 'The host’s tab is hidden, and its game stands still.'
      : 'The host’s tab is hidden. A worker keeps the game going.';
  }
  return silence > SILENT ? `Nothing from the host for ${Math.floor(silence / 1_000)} s …` : '';
}
