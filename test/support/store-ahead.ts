import { systemClock } from '../../src/common/clock.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';

/** A store in memory whose clock, on which leases and chores are measured, a test can move. */
export function storeAhead(): { store: MemoryStore; pass(milliseconds: number): void } {
  let shift = 0;
  const monotonic = () => systemClock.monotonic() + shift;
  return {
    store: new MemoryStore({ ...systemClock, monotonic }),
    pass: (milliseconds) => {
      shift += milliseconds;
    },
  };
}
