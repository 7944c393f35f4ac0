import * as v from 'valibot';
import { checkOptions as checkAgainst } from '../common/check-against-schema.js';
import { RelayError } from '../common/relay-error.js';
import { DEFAULT_LIMITS } from './limits/index.js';
import type { RelayProxyOptions } from './options.js';
import type { Store } from './store/index.js';
import { ORIGIN_RULE, readOrigin } from './wire/index.js';

const count = (least: number, most: number) =>
  v.optional(
    v.pipe(
      v.number(),
      v.integer('must be whole'),
      v.minValue(least, `must be ${least} or more`),
      v.maxValue(most, `must be ${most} or less`),
    ),
  );
const origin = v.pipe(
  v.string(),
  v.check(
    (text) => text !== 'null',
    'must not be "null", which stands for any page that has no origin: see "allowNullOrigin"',
  ),
  v.check((text) => readOrigin(text) !== undefined, ORIGIN_RULE),
);
const httpUrl = v.pipe(
  v.union([v.string(), v.instance(URL)]),
  v.check(
    (url) => /^https?:\/\//.test(String(url)) && URL.canParse(String(url)),
    'must be an http(s) URL',
  ),
);

const name = v.pipe(v.string(), v.nonEmpty('must not be empty'));
const names = v.optional(
  v.union([name, v.pipe(v.array(name), v.minLength(1, 'must hold at least one'))]),
);
const whatever = v.optional(v.unknown());

/** One that was written for an earlier version would have leases measured on nobody's clock. */
const store = v.optional(
  v.pipe(
    v.unknown(),
    v.check(
      (given) => given === undefined || typeof (given as Store | null)?.now === 'function',
      'must have now() and isLasting, as "Store" says',
    ),
  ),
);

/** `undefined` counts as not given. A name that is not here is a slip of the pen, and must not be taken for a setting that holds. */
const Options = v.strictObject({
  edgegap: v.strictObject({
    apiToken: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')),
    baseUrl: whatever,
    fetch: whatever,
    callsPerSecond: count(1, 10_000),
    timeout: count(1, 600_000),
  }),
  authenticate: whatever,
  jwt: v.optional(
    v.strictObject({
      secret: v.optional(v.string()),
      jwksUrl: v.optional(httpUrl),
      issuer: names,
      audience: names,
      algorithms: v.optional(v.array(v.string())),
      clockTolerance: count(0, 600),
      playerClaim: v.optional(name),
    }),
  ),
  trustedProxies: v.optional(v.array(v.string())),
  ipHeader: v.optional(v.string()),
  developmentIp: v.optional(v.string()),
  store,
  metrics: whatever,
  log: whatever,
  clock: whatever,
  allowedOrigins: v.optional(v.array(origin)),
  allowNullOrigin: v.optional(v.boolean()),
  secrets: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.minLength(32, 'must have at least 32 characters'))),
      v.minLength(1, 'must hold at least one'),
    ),
  ),
  publicUrl: v.optional(httpUrl),
  basePath: v.optional(
    v.pipe(v.string(), v.regex(/^(\/[\w.~-]+)*$/, 'must be a path like /relay')),
  ),
  ticketLifetime: count(2, 31_536_000),
  lease: count(1, 86_400),
  longestWait: count(0, 600),
  guests: v.optional(v.union([v.boolean(), v.strictObject({ lifetime: count(1, 31_536_000) })])),
  limits: v.optional(
    v.strictObject(
      Object.fromEntries(
        Object.keys(DEFAULT_LIMITS).map((name) => [name, count(1, 1_000_000_000)]),
      ),
    ),
  ),
});

export const DEFAULT_LEASE = 120;
export const DEFAULT_LONGEST_WAIT = 25;
export const DEFAULT_TICKET_LIFETIME = 24 * 60 * 60;

/**
 * Refuses options that make no sense.
 *
 * @throws {RelayError} `invalid-option`; the message names the option.
 */
export function checkOptions(options: RelayProxyOptions): void {
  checkAgainst(Options, options);
  const { authenticate, guests = false, jwt } = options;
  if (!authenticate && !jwt && guests === false) {
    throw new RelayError(
      'invalid-option',
      'Tell who may play: set "guests" to true (RELAIS_GUESTS=on), "jwt" (RELAIS_JWT_SECRET or RELAIS_JWKS_URL), or "authenticate".',
    );
  }
  const { lease = DEFAULT_LEASE, longestWait = DEFAULT_LONGEST_WAIT } = options;
  if (longestWait * 2 > lease) {
    throw new RelayError('invalid-option', '"lease" must be at least twice "longestWait".');
  }
}
