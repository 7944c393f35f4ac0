import type { Clock } from './clock.js';

const FIRST_DELAY = 250;
const GROWTH = 1.5;

/** How long to wait after the nth answer or failure in a row, from 0: 250 ms, ×1.5, at most `longest`. */
export function growingDelay(count: number, longest: number, clock: Clock): number {
  return Math.min(FIRST_DELAY * GROWTH ** count, longest) * (0.8 + clock.random() * 0.2);
}
