export { Adoption } from './adoption.js';
export { Chore, choreOf } from './chore.js';
export { Chores } from './chores.js';
export { Leases } from './leases.js';
export type { OwnEntry } from './lost-creates.js';
export { LONG_LEASE, OtherProcesses } from './other-processes.js';
export { Reaper } from './reaper.js';
export { noteIfShared, useOfToken } from './shared-tokens.js';
export { strangerOf } from './users-without-seat.js';
