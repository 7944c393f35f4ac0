export { Adoption, type OwnEntry, strangerOf } from './adoption.js';
export { Chore, Chores, choreOf } from './chores.js';
export { Leases } from './leases.js';
export { LONG_LEASE, OtherProcesses } from './other-processes.js';
export { Reaper } from './reaper.js';
export { noteIfShared, useOfToken } from './shared-tokens.js';
