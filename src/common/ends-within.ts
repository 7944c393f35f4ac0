import type { Clock } from './clock.js';

/**
 * Waits for work, but not for ever. The work itself goes on when the time is up.
 *
 * @param work - what is waited for.
 * @param limit - the longest wait, in milliseconds.
 * @returns whether the work ended in time. Rejects as the work does, unless the time was up before.
 */
export async function endsWithin(
  work: Promise<unknown>,
  limit: number,
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
): Promise<boolean> {
  let timer: unknown;
  const timeUp = new Promise<false>((resolve) => {
    timer = clock.setTimeout(() => resolve(false), limit);
  });
  try {
    return await Promise.race([work.then(() => true), timeUp]);
  } finally {
    clock.clearTimeout(timer);
  }
}
