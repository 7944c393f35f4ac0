import { checkRequest } from '../common/check-against-schema.js';
import type { ListOptions } from './relay-api-options.js';
import { ListSessionsRequest, SessionPath } from './requests.js';

// The paths of the relay session API.

export const SESSIONS = 'v1/relays/sessions';

/** @throws {RelayError} `invalid-request`. */
export function sessionPath(sessionId: string): string {
  const { session_id } = checkRequest(SessionPath, { session_id: sessionId });
  return `${SESSIONS}/${encodeURIComponent(session_id)}`;
}

/** @throws {RelayError} `invalid-request`. */
export function listPath({ page, limit }: ListOptions): string {
  const request = checkRequest(ListSessionsRequest, { page, limit });
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(request)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  // Not by `size`, which the oldest supported browsers lack: the query would be left out.
  const query = parameters.toString();
  return query ? `${SESSIONS}?${query}` : SESSIONS;
}
