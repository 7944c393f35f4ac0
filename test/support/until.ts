import { vi } from 'vitest';

/**
 * Waits until a check neither throws nor is `false`, however busy the machine is, and gives what the check gives. It
 * looks every `interval` milliseconds.
 */
export function until<T>(check: () => T, interval = 2): Promise<T> {
  return vi.waitFor(
    () => {
      const given = check();
      if (given === false) throw new Error(`Not yet: ${check}`);
      return given;
    },
    { interval, timeout: 20_000 },
  );
}
