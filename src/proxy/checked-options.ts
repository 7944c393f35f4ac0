import * as v from 'valibot';
import { checkOptions as checkAgainst } from '../common/check-against-schema.js';
import { isIpAddress } from '../common/hosts.js';
import { parseUrl } from '../common/parse-url.js';
import { RelayError } from '../common/relay-error.js';
import { DEFAULT_LIMITS } from './limits/index.js';
import { httpUrl, name, names, origin, wholeNumber } from './option-values.js';
import type { RelayProxyOptions } from './options.js';
import type { Store } from './store/index.js';

/** An option that is checked elsewhere, or cannot be checked. */
const whatever = v.optional(v.unknown());

/** Where pages open a WebSocket. */
const channelUrl = v.pipe(
  v.string(),
  v.check(
    (url) => /^wss?:$/.test(parseUrl(url)?.protocol ?? ''),
    'must be a URL like wss://gateway-1.studio.example/v1/channel',
  ),
);

/** A store. One that was written for an earlier version cannot do several steps in one go, and is refused. */
const store = v.optional(
  v.pipe(
    v.unknown(),
    v.check(
      (given) => given === undefined || isStore(given as Store | null),
      'must have batch(), now() and isLasting, as "Store" says',
    ),
  ),
);

const isStore = (given: Partial<Store> | null) =>
  typeof given?.batch === 'function' && typeof given.now === 'function';

/**
 * What values each option may have. `undefined` counts as not given. An option that is not listed here is a typing
 * mistake, and is refused: otherwise nobody would notice that it has no effect.
 */
const Options = v.strictObject({
  edgegap: v.strictObject({
    apiToken: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces')),
    baseUrl: whatever,
    fetch: whatever,
    callsPerSecond: wholeNumber(1, 10_000),
    timeout: wholeNumber(1, 600_000),
  }),
  authenticate: whatever,
  jwt: v.optional(
    v.strictObject({
      secret: v.optional(v.string()),
      jwksUrl: v.optional(httpUrl),
      issuer: names,
      audience: names,
      algorithms: v.optional(v.array(v.string())),
      clockTolerance: wholeNumber(0, 600),
      playerClaim: v.optional(name),
    }),
  ),
  trustedProxies: v.optional(v.array(v.string())),
  ipHeader: v.optional(v.string()),
  developmentIp: v.optional(v.string()),
  gateway: v.optional(
    v.strictObject({
      url: v.optional(channelUrl),
      address: v.optional(
        v.pipe(v.string(), v.check(isIpAddress, 'must be an IP address like 203.0.113.7')),
      ),
      only: v.optional(v.boolean()),
    }),
  ),
  store,
  metrics: whatever,
  servesMetrics: v.optional(v.boolean()),
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
  ticketLifetime: wholeNumber(2, 31_536_000),
  lease: wholeNumber(1, 86_400),
  longestWait: wholeNumber(0, 600),
  guests: v.optional(
    v.union([v.boolean(), v.strictObject({ lifetime: wholeNumber(1, 31_536_000) })]),
  ),
  limits: v.optional(
    v.strictObject(
      Object.fromEntries(
        Object.keys(DEFAULT_LIMITS).map((name) => [name, wholeNumber(1, 1_000_000_000)]),
      ),
    ),
  ),
});

export const DEFAULT_LEASE = 120;
export const DEFAULT_LONGEST_WAIT = 25;
export const DEFAULT_TICKET_LIFETIME = 24 * 60 * 60;

/**
 * Refuses an option that has no value that it may have. Each is looked at by itself.
 *
 * @throws {RelayError} `invalid-option`; the message names the option.
 */
export function checkOptionValues(options: RelayProxyOptions): void {
  checkAgainst(Options, options);
}

/**
 * Refuses options that make no sense, each by itself and all together.
 *
 * @throws {RelayError} `invalid-option`; the message names the option.
 */
export function checkOptions(options: RelayProxyOptions): void {
  checkOptionValues(options);
  const { authenticate, guests = false, jwt } = options;
  if (!authenticate && !jwt && guests === false) {
    throw new RelayError(
      'invalid-option',
      'Tell who may play: set "guests" to true (RELAIS_GUESTS=on), "jwt" (RELAIS_JWT_SECRET or RELAIS_JWKS_URL), ' +
        'or "authenticate".',
    );
  }
  const { lease = DEFAULT_LEASE, longestWait = DEFAULT_LONGEST_WAIT } = options;
  if (longestWait * 2 > lease) {
    throw new RelayError('invalid-option', '"lease" must be at least twice "longestWait".');
  }
}
