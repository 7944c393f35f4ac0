import type { RelaySession } from '../../api/schemas.js';

/**
 * Whether a document tells who is in the session. Before the session is linked it does not, and even then one may come
 * without its users.
 */
export function listsUsers({ linked, session_users: users = [] }: RelaySession): boolean {
  return linked && users.length > 0;
}

/** Whether a document lists a session user with this authorization token. */
export function listsToken({ session_users: users = [] }: RelaySession, token: number): boolean {
  return users.some((user) => user.authorization_token === token);
}
