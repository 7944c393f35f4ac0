export { MemoryStore } from './memory-store.js';
export { PlayerId, Seat } from './seat.js';
export { type Departure, type News, SessionRecord, SessionRecords } from './session-records.js';
export type { Store } from './store.js';
export { StoredSchedule } from './stored-schedule.js';
