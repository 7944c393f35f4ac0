export type { Departure } from './departures.js';
export { MemoryStore } from './memory-store.js';
export { type News, newestWire, playerWhoMayLeave } from './news.js';
export { PlayerId, Seat } from './seat.js';
export { SessionRecord } from './session-record.js';
export { SessionRecords } from './session-records.js';
export type { Store } from './store.js';
export { StoreError } from './store-error.js';
export { StoredSchedule } from './stored-schedule.js';
