import * as v from 'valibot';
import { JOIN_CODE_ALPHABET, JOIN_CODE_LENGTH, LONGEST_JOIN_CODE } from '../../api/join-code.js';
import { SessionId } from '../../api/schemas.js';
import { describeIssue } from '../../common/check-against-schema.js';
import { isWellFormed } from '../../common/well-formed.js';
import { readJson } from '../../http/read-json.js';
import { ProxyError } from '../proxy-error.js';
import { PlayerId } from '../store/index.js';

// The bodies that the proxy accepts from players. Nothing nests deeper than they do.

/** A string of at most so many UTF-16 code units. */
const text = (longest: number) =>
  v.pipe(
    v.string(),
    v.maxLength(longest, `must be ${longest} characters or fewer`),
    v.check(isWellFormed, 'must be well-formed Unicode'),
  );

const scalar = v.union([text(256), v.number(), v.boolean()]);

/** A rule for where the relay may be, as the relay session API takes it. */
export const Filter = v.object({
  field: text(64),
  values: v.pipe(v.array(scalar), v.maxLength(256, 'must hold 256 values or fewer')),
  filter_type: text(64),
});

/** How the player's datagrams will come. */
const via = v.exactOptional(
  v.pipe(
    v.picklist(['gateway']),
    v.description(
      'Where the player sends datagrams by the gateway: their documents then have its URL, and a ticket for it.',
    ),
  ),
);

export const CreateBody = v.object({
  via,
  filters: v.exactOptional(v.pipe(v.array(Filter), v.maxLength(16, 'must be 16 or fewer'))),
});

export const AuthorizeBody = v.pipe(
  v.object({
    via,
    session_id: v.exactOptional(
      v.pipe(
        SessionId,
        v.description(
          'What the player gave where that is no join code, without the space around it; ' +
            'or the session whose seat they take again with their login.',
        ),
      ),
    ),
    join_code: v.exactOptional(
      v.pipe(
        v.string(),
        v.maxLength(LONGEST_JOIN_CODE, 'must be 8 characters'),
        v.description(
          'Where what the player gave is a join code: ' +
            `a game sends it as ${JOIN_CODE_LENGTH} characters of ${JOIN_CODE_ALPHABET}, in upper case, ` +
            'without spaces and dashes. This proxy takes it in any case, with them.',
        ),
      ),
    ),
  }),
  v.description('With a login exactly one of the two; with a ticket neither.'),
);

export const RevokeBody = v.object({
  session_id: SessionId,
  player_id: v.exactOptional(PlayerId),
  after: v.exactOptional(
    v.pipe(
      v.number(),
      v.integer('must be whole'),
      v.minValue(0, 'must be 0 or more'),
      v.maxValue(300, 'must be 300 or less'),
    ),
  ),
});

/** What `Idempotency-Key` may look like. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * Reads and checks the body of a request.
 *
 * @param limit - its greatest length, in bytes.
 * @throws {ProxyError} 400; the message names the field. {@link BodyError}.
 */
export async function readBody<TSchema extends v.GenericSchema>(
  request: Request,
  schema: TSchema,
  limit: number,
): Promise<v.InferOutput<TSchema>> {
  const body = await readJson(request, limit);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ProxyError(400, 'bad-request', 'The body must be a JSON object.');
  }
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  throw new ProxyError(400, 'bad-request', describeIssue(result.issues[0]));
}

/**
 * Reads the key that stands for one *create*, however often it is sent.
 *
 * @returns `undefined` where there is none.
 * @throws {ProxyError} 400.
 */
export function readIdempotencyKey(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key');
  if (key === null) return undefined;
  if (IDEMPOTENCY_KEY.test(key)) return key;
  throw new ProxyError(
    400,
    'bad-request',
    'The Idempotency-Key must be 1 to 128 visible ASCII characters.',
  );
}
