export { CallBudget } from './call-budget.js';
export { type AskClass, CALL_CLASSES, type CallClass } from './call-class.js';
export { CallsPerPlayer } from './calls-per-player.js';
export { DEFAULT_LIMITS, type Limits } from './default-limits.js';
export { Limiter } from './limiter.js';
export { RecentTurns } from './recent-turns.js';
export { UpstreamCaller, UpstreamCallers } from './upstream-caller.js';
export { createUpstreamFetch, NOBODY } from './upstream-fetch.js';
export { WrongJoinCodes } from './wrong-join-codes.js';
