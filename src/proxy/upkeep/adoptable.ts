import * as v from 'valibot';
import { maybe, SessionUser } from '../../api/schemas.js';

/**
 * What must be known of a listed session to tell whether it is this proxy's own, and to take care of it. Everything
 * else may be odd or missing: the proxy must find its own sessions all the same, and those of others must do no harm.
 */
export const Adoptable = v.object({
  session_id: v.string(),
  webhook_url: v.fallback(maybe(v.string()), undefined),
  session_users: v.fallback(maybe(v.array(SessionUser)), undefined),
});

export type Adoptable = v.InferOutput<typeof Adoptable>;
