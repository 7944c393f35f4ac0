export { SessionCreator } from './create-session.js';
export { Exchange } from './exchange.js';
export { getSession } from './get-session.js';
export { findSession, SessionJoiner } from './join-session.js';
export { endSession, finishLeaving, revokeSeat } from './leave-session.js';
export { listOwnSessions } from './list-sessions.js';
export { type OwnSession, ownSession, renderOwn } from './own-session.js';
