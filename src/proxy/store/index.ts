export { DueSet } from './due-set.js';
export { MemoryStore } from './memory-store.js';
export { type Departure, type News, Records, SessionRecord } from './records.js';
export { PlayerId, Seat } from './seat.js';
export type { Store } from './store.js';
