export { Deadlines } from './deadlines.js';
export { findUser } from './player-document.js';
export type { Rendering } from './renderings.js';
export type { RosterContent } from './roster.js';
export { SessionWatcher } from './session-watcher.js';
export { listsToken, listsUsers } from './unlisted.js';
export { Watchers } from './watchers.js';
