import * as v from 'valibot';
import {
  AuthorizeUserRequest,
  CreateSessionRequest,
  RevokeUserRequest,
} from '../../api/requests.js';

// The requests that the simulator accepts: those that are documented, and, if it is not strict, what clients in the
// wild send.

const Filter = v.looseObject({
  field: v.string(),
  values: v.array(v.string()),
  filter_type: v.picklist(['any', 'all', 'not']),
});

const { users, webhook_url } = CreateSessionRequest.entries;

/** The requests as they are documented, without any other fields. */
export const STRICT_REQUESTS = {
  create: v.strictObject({
    users: v.pipe(
      v.array(v.strictObject(users.item.entries)),
      v.minLength(1, 'must name at least one user'),
    ),
    filters: v.exactOptional(v.array(v.strictObject(Filter.entries))),
    webhook_url,
  }),
  authorize: v.strictObject(AuthorizeUserRequest.entries),
  revoke: v.strictObject(RevokeUserRequest.entries),
};

/**
 * The requests as clients in the wild send them: with other fields, an empty `webhook_url` for none, and a token as a
 * string of digits.
 */
export const TOLERANT_REQUESTS = {
  create: v.pipe(
    v.unknown(),
    v.transform(withoutEmptyWebhook),
    v.looseObject({ users, filters: v.exactOptional(v.array(Filter)), webhook_url }),
  ),
  authorize: AuthorizeUserRequest,
  revoke: v.pipe(v.unknown(), v.transform(withTokenAsNumber), RevokeUserRequest),
};

function withoutEmptyWebhook(body: unknown): unknown {
  if (!isObject(body) || body['webhook_url'] !== '') return body;
  const { webhook_url: _, ...rest } = body;
  return rest;
}

function withTokenAsNumber(body: unknown): unknown {
  if (!isObject(body)) return body;
  const { authorization_token: token } = body;
  const isDigits = typeof token === 'string' && /^\d{1,10}$/.test(token);
  return isDigits ? { ...body, authorization_token: Number(token) } : body;
}

const isObject = (body: unknown): body is Record<string, unknown> =>
  typeof body === 'object' && body !== null;
