/** The six operations of the relay session API: their ids, methods and paths. */
export const OPERATIONS = {
  'relay-session-create': { method: 'POST', path: '/v1/relays/sessions' },
  'relay-session-list': { method: 'GET', path: '/v1/relays/sessions' },
  'relay-session-get': { method: 'GET', path: '/v1/relays/sessions/:session_id' },
  'relay-session-delete': { method: 'DELETE', path: '/v1/relays/sessions/:session_id' },
  'relay-user-authorize': { method: 'POST', path: '/v1/relays/sessions:authorize-user' },
  'relay-user-revoke': { method: 'POST', path: '/v1/relays/sessions:revoke-user' },
} as const;

/** An operation, by its id in the OpenAPI document. */
export type OperationId = keyof typeof OPERATIONS;

/** All of them. */
export const OPERATION_IDS = Object.keys(OPERATIONS) as OperationId[];
