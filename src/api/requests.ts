import * as v from 'valibot';
import { isIpAddress } from '../common/hosts.js';
import { parseUrl } from '../common/parse-url.js';
import { isUint32, SessionId } from './schemas.js';

// What the relay session API takes: checked before it leaves, and by the simulator.

const ipAddress = v.pipe(v.string(), v.check(isIpAddress, 'must be an IPv4 or IPv6 address'));

/** @internal */
export const SessionFilter = v.looseObject({
  /** What the rule is about: `location`, for instance. */
  field: v.string(),
  /** What it is compared with. */
  values: v.array(v.unknown()),
  /** How it is compared: `any`, for instance. */
  filter_type: v.string(),
});

/** @internal */
export const CreateSessionRequest = v.looseObject({
  /** The players, the host first: their addresses choose the nearest relay. */
  users: v.pipe(
    v.array(
      v.looseObject({
        /** A public IPv4 or IPv6 address. */
        ip: ipAddress,
      }),
    ),
    v.minLength(1, 'must name at least one user'),
  ),
  /** Where the relay may be. */
  filters: v.exactOptional(v.array(SessionFilter)),
  /** Where the service posts the session once it is ready; http or https. */
  webhook_url: v.exactOptional(
    v.pipe(
      v.string(),
      v.check((url) => /^https?:$/.test(parseUrl(url)?.protocol ?? ''), 'must be an http(s) URL'),
    ),
  ),
});

/** @internal */
export const AuthorizeUserRequest = v.looseObject({
  /** The session that the player joins. */
  session_id: SessionId,
  /** The player's public IPv4 or IPv6 address. */
  user_ip: ipAddress,
});

/** @internal */
export const RevokeUserRequest = v.looseObject({
  /** The session that the player loses. */
  session_id: SessionId,
  /** The player's own token, an unsigned 32-bit number. */
  authorization_token: v.pipe(
    v.number(),
    v.check((token) => isUint32(token), 'must be a whole number from 0 to 4294967295'),
  ),
});

const count = v.pipe(v.number(), v.integer('must be whole'), v.minValue(1, 'must be 1 or more'));

/** *list*: which page, and how many sessions on one. Sent as the query. */
export const ListSessionsRequest = v.object({
  /** The page's number; the first is 1. */
  page: v.optional(count),
  /** How many sessions there are on a page. */
  limit: v.optional(count),
});

/** What a path with a session in it needs. */
export const SessionPath = v.object({ session_id: SessionId });

/** A rule for where the relay may be, `{ field: "location", values: ["US"], filter_type: "any" }` for instance. */
export interface SessionFilter extends v.InferInput<typeof SessionFilter> {}
/** *create*: the players' public IP addresses, the host's first. */
export interface CreateSessionRequest extends v.InferInput<typeof CreateSessionRequest> {}
/** *authorize-user*. */
export interface AuthorizeUserRequest extends v.InferInput<typeof AuthorizeUserRequest> {}
/** *revoke-user*: the user's own token at the relay. */
export interface RevokeUserRequest extends v.InferInput<typeof RevokeUserRequest> {}
