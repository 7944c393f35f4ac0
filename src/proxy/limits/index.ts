export { Asker, Askers } from './asker.js';
export { Budget } from './budget.js';
export { Guesses } from './guesses.js';
export { DEFAULT_LIMITS, Limiter, type Limits } from './limits.js';
export { createUpstreamFetch, NOBODY } from './upstream-fetch.js';
export { UpstreamLimits } from './upstream-limits.js';
