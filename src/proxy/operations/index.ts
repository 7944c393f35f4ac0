export { findSession, SessionJoiner } from './authorize-user.js';
export { SessionCreator } from './create.js';
export { Exchange } from './exchange.js';
export { getSession } from './get.js';
export { listOwnSessions } from './list.js';
export { type OwnSession, ownSession, renderOwn } from './own-sessions.js';
export { endSession, finishLeaving, revokeSeat } from './revoke-user.js';
