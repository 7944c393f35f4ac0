export { FailedSessions } from './failed-sessions.js';
export { describeFailure, type LogEntry } from './log.js';
export type { Gauge, Metrics } from './metrics.js';
