export { FailedSessions } from './failed-sessions.js';
export { describeFailure } from './hide-secrets.js';
export type { LogEntry } from './log.js';
export type { Gauge, Metrics } from './metrics.js';
