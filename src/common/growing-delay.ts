import type { Clock } from './clock.js';

const FIRST_DELAY = 250;
const GROWTH = 1.5;

/**
 * How long to wait before asking again, in milliseconds: 250, ×1.5 with each time, at most `longest`. A random part
 * makes it up to a fifth shorter, so that clients that began together do not go on together.
 *
 * @param count - How many times in a row it was asked before, from 0.
 */
export function growingDelay(count: number, longest: number, clock: Clock): number {
  return Math.min(FIRST_DELAY * GROWTH ** count, longest) * (0.8 + clock.random() * 0.2);
}
