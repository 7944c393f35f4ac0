import type { Asker } from '../limits/index.js';
import { notDoneYet } from '../proxy-error.js';
import type { Services } from '../services.js';
import type { Chore } from '../upkeep/index.js';

/** How long a player waits for upstream to do what they asked for, in milliseconds. */
const PATIENCE = 4_000;
/** Between two tries, in milliseconds: the first time, and at most. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 1_000;

/**
 * Does what a player will be told is done. Where the store outlives this process, it is enough that it is written
 * down there: it will be done, whatever happens. Where the plan would end with the process, it must be done now.
 *
 * @throws {ProxyError} 503 where upstream does not do it in time. It goes on being tried.
 */
export async function finishChore(
  { chores, clock, isClosing, store }: Services,
  chore: Chore,
  asker: Asker,
): Promise<void> {
  if (store.isLasting) {
    await chores.do(chore, asker);
    return;
  }
  let isOver = false;
  const insist = async (): Promise<boolean> => {
    for (let delay = FIRST_DELAY; ; delay = Math.min(delay * 2, LONGEST_DELAY)) {
      if (await chores.do(chore, asker)) return true;
      if (isOver || isClosing()) return false;
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, delay));
      if (isOver) return false;
    }
  };
  let timer: unknown;
  const timeUp = new Promise<boolean>((resolve) => {
    timer = clock.setTimeout(() => resolve(false), PATIENCE);
  });
  try {
    if (!(await Promise.race([insist(), timeUp]))) throw notDoneYet();
  } finally {
    isOver = true;
    clock.clearTimeout(timer);
  }
}
