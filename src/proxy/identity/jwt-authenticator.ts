import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Clock } from '../../common/clock.js';
import { RelayError } from '../../common/relay-error.js';
import { ProxyError } from '../proxy-error.js';
import { LoginKeys } from './login-keys.js';
import { checkClaimedId } from './login-player-id.js';

/** Login tokens that the studio's own service issues as JWTs. */
export interface JwtOptions {
  /** The shared secret of an HMAC algorithm, at least 32 characters; or else `jwksUrl`. */
  readonly secret?: string | undefined;
  /**
   * Where the public keys are, as a JWKS; or else `secret`. Fetched when needed, and kept:
   * for ten minutes, where it cannot be fetched anew for up to an hour. Many who are nothing
   * to each other may share one set of keys, a login service's for instance: `issuer` and `audience` must then
   * say which tokens are meant for this game.
   */
  readonly jwksUrl?: string | URL | undefined;
  /** What `iss` must be, or several of which it must be one. Required with `jwksUrl`. Default: anything. */
  readonly issuer?: string | readonly string[] | undefined;
  /** What `aud` must hold, or several of which it must hold one. Required with `jwksUrl`. Default: anything. */
  readonly audience?: string | readonly string[] | undefined;
  /** The accepted algorithms. Default: `HS256` with a secret; `RS256`, `PS256`, `ES256` and `EdDSA` with a JWKS. */
  readonly algorithms?: readonly string[] | undefined;
  /** How far the clocks may be apart, in seconds. Default: 5. */
  readonly clockTolerance?: number | undefined;
  /** The claim that holds the player's id: a string, or a whole number below 2^53. Default: `sub`. */
  readonly playerClaim?: string | undefined;
}

const withoutKeys = () =>
  new ProxyError(
    503,
    'upstream-unavailable',
    'The login keys cannot be fetched now. Try again.',
    undefined,
    'the login keys ("jwt.jwksUrl") cannot be fetched, or are no JWKS',
  );

/** Whether the JWKS is to blame and not the token: no network, no answer in time, or none that is a key set. */
function isWithoutKeys(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);
}

const HMAC = /^HS(256|384|512)$/;
const PUBLIC_KEY = /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/;

/**
 * Reads the player's id out of a JWT; `undefined` where it is not valid. What it returns throws a `ProxyError`: 401 for
 * an id that cannot be used, 503 where the keys cannot be had.
 *
 * @throws {RelayError} `invalid-option`.
 */
export function createJwtAuthenticator(
  options: JwtOptions,
  clock: Clock,
): (token: string) => Promise<string | undefined> {
  const { secret, jwksUrl, issuer, audience, clockTolerance = 5, playerClaim = 'sub' } = options;
  if ((secret === undefined) === (jwksUrl === undefined)) {
    throw new RelayError('invalid-option', '"jwt" must have either "secret" or "jwksUrl".');
  }
  const isShared = secret !== undefined;
  if (!isShared && (!issuer || !audience)) {
    throw new RelayError(
      'invalid-option',
      '"jwt.jwksUrl" (RELAIS_JWKS_URL) needs both "jwt.issuer" (RELAIS_JWT_ISSUER) and "jwt.audience" (RELAIS_JWT_AUDIENCE): others may have tokens by the same keys.',
    );
  }
  const algorithms =
    options.algorithms ?? (isShared ? ['HS256'] : ['RS256', 'PS256', 'ES256', 'EdDSA']);
  // A public key must never serve as a shared secret: the two families are not mixed.
  const wrong = algorithms.find((name) => !(isShared ? HMAC : PUBLIC_KEY).test(name));
  if (wrong !== undefined || algorithms.length === 0) {
    throw new RelayError('invalid-option', `"jwt.algorithms" cannot hold "${wrong ?? ''}" here.`);
  }
  if (isShared && secret.length < 32) {
    throw new RelayError('invalid-option', '"jwt.secret" must have at least 32 characters.');
  }
  const checks = (): JWTVerifyOptions => ({
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims: ['exp'],
    currentDate: new Date(clock.now()),
    ...(issuer !== undefined && { issuer: listOf(issuer) }),
    ...(audience !== undefined && { audience: listOf(audience) }),
  });
  const verify = isShared
    ? verifierWith(new TextEncoder().encode(secret), checks)
    : verifierWithKeys(new LoginKeys(new URL(String(jwksUrl)), clock), checks);
  return async (token) => {
    const payload = await verify(token);
    return payload && checkClaimedId(`"${playerClaim}" of a login token`, payload[playerClaim]);
  };
}

type Verifier = (token: string) => Promise<JWTPayload | undefined>;

function verifierWith(key: Uint8Array | CryptoKey, checks: () => JWTVerifyOptions): Verifier {
  return async (token) => {
    try {
      return (await jwtVerify(token, key, checks())).payload;
    } catch {
      return undefined;
    }
  };
}

function verifierWithKeys(keys: LoginKeys, checks: () => JWTVerifyOptions): Verifier {
  return async (token) => {
    try {
      return (await jwtVerify(token, keys.find, checks())).payload;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) {
        return verifyWithEach(token, error, checks);
      }
      if (isWithoutKeys(error)) throw withoutKeys();
      return undefined;
    }
  };
}

/** A token need not say which key signed it. */
async function verifyWithEach(
  token: string,
  keys: AsyncIterable<CryptoKey>,
  checks: () => JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  for await (const key of keys) {
    const payload = await verifierWith(key, checks)(token);
    if (payload) return payload;
  }
  return undefined;
}

function listOf(names: string | readonly string[]): string[] {
  return typeof names === 'string' ? [names] : [...names];
}
