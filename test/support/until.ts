import { vi } from 'vitest';

/** Waits until something is so, however busy the machine is. */
export function until(condition: () => boolean): Promise<boolean> {
  return vi.waitUntil(condition, { interval: 2, timeout: 20_000 });
}
