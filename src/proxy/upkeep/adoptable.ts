import * as v from 'valibot';
import { maybe, SessionUser } from '../../api/schemas.js';

/** How many sessions each page of the list has, where all are gone through. */
export const PAGE = 100;

/**
 * What must be known of a listed session to tell whether it is this proxy's own, and to take care of it. Whatever else
 * the service says may be odd or missing: an own session must be found all the same, and somebody else's must get in
 * nobody's way.
 */
export const Adoptable = v.object({
  session_id: v.string(),
  webhook_url: v.fallback(maybe(v.string()), undefined),
  session_users: v.fallback(maybe(v.array(SessionUser)), undefined),
});

export type Adoptable = v.InferOutput<typeof Adoptable>;
