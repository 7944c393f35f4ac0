export { describeFailure } from './describe-failure.js';
export { FailedSessions } from './failed-sessions.js';
export type { LogEntry, Note } from './log.js';
export type { Gauge, Metrics } from './metrics.js';
