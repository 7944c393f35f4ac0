export { findUser } from './find-user.js';
export { listsToken, listsUsers } from './listed-users.js';
export type { Credentials } from './player-document.js';
export type { Rendering } from './renderings.js';
export type { RosterContent } from './seat-roster.js';
export { SessionWatcher } from './session-watcher.js';
export { SharedTimer } from './shared-timer.js';
export { Watchers } from './watchers.js';
