import { afterEach, beforeEach } from 'vitest';

/** The errors that nobody caught, anew for each test of the file. Without it they would fail the test. */
export function gatherUncaught(): readonly unknown[] {
  const uncaught: unknown[] = [];
  const remember = (error: unknown) => void uncaught.push(error);
  beforeEach(() => {
    uncaught.length = 0;
    process.on('uncaughtException', remember);
  });
  afterEach(() => {
    process.off('uncaughtException', remember);
  });
  return uncaught;
}
