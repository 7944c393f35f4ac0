import * as v from 'valibot';
import { AuthorizationToken } from '../../api/schemas.js';
import type { Seat } from '../store/index.js';

/** What must be done at the relay service, sooner or later: delete a session, or revoke a user. */
export const Chore = v.variant('what', [
  v.object({ what: v.literal('delete'), sessionId: v.string() }),
  v.object({ what: v.literal('revoke'), sessionId: v.string(), token: AuthorizationToken }),
]);

export type Chore = v.InferOutput<typeof Chore>;

/**
 * What must be done once a seat is given up: a session ends with its host, and a joiner is revoked. `undefined` for a
 * joiner whose token is not known.
 */
export function choreOf({ sessionId, role, authorizationToken: token }: Seat): Chore | undefined {
  if (role === 'server') return { what: 'delete', sessionId };
  return token === undefined ? undefined : { what: 'revoke', sessionId, token };
}
