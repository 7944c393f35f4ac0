import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Clock } from '../api/clock.js';
import { readText } from '../api/read-text.js';
import { RelayError } from '../api/relay-error.js';
import { ProxyError } from './proxy-error.js';

/** Login tokens that the studio's own service issues as JWTs. */
export interface JwtOptions {
  /** The shared secret of an HMAC algorithm, at least 32 characters; or else `jwksUrl`. */
  readonly secret?: string;
  /**
   * Where the public keys are, as a JWKS; or else `secret`. Fetched when needed, and kept. Many who are nothing
   * to each other may share one set of keys, a login service's for instance: `issuer` and `audience` must then
   * say which tokens are meant for this game.
   */
  readonly jwksUrl?: string | URL;
  /** What `iss` must be. Required with `jwksUrl`. Default: anything. */
  readonly issuer?: string;
  /** What `aud` must hold. Required with `jwksUrl`. Default: anything. */
  readonly audience?: string;
  /** The accepted algorithms. Default: `HS256` with a secret; `RS256`, `PS256`, `ES256` and `EdDSA` with a JWKS. */
  readonly algorithms?: readonly string[];
  /** How far the clocks may be apart, in seconds. Default: 5. */
  readonly clockTolerance?: number;
  /** The claim that holds the player's id. Default: `sub`. */
  readonly playerClaim?: string;
}

const WITHOUT_KEYS = 'The login keys cannot be fetched now. Try again.';

/** Whether the JWKS is to blame and not the token: no network, no answer in time, or none that is a key set. */
function isWithoutKeys(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);
}

/** The longest set of keys that is read, in bytes. */
const LONGEST_KEYS = 1024 * 1024;

/** Whoever answers with something endless instead of keys must not fill the memory. */
async function fetchKeys(...call: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...call);
  const text = await readText(response, LONGEST_KEYS);
  if (text === undefined) throw new Error('The key set is too large.');
  return new Response(text, { status: response.status });
}

const HMAC = /^HS(256|384|512)$/;
const PUBLIC_KEY = /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/;

/**
 * Reads the player's id out of a JWT; `undefined` where it is not valid.
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
  const key: Uint8Array | JWTVerifyGetKey = isShared
    ? new TextEncoder().encode(secret)
    : createRemoteJWKSet(new URL(String(jwksUrl)), { [customFetch]: fetchKeys });
  const checks = (): JWTVerifyOptions => ({
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims: ['exp'],
    currentDate: new Date(clock.now()),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  });
  return async (token) => {
    try {
      const { payload } = await (key instanceof Uint8Array
        ? jwtVerify(token, key, checks())
        : jwtVerify(token, key, checks()));
      const id = payload[playerClaim];
      return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
    } catch (error) {
      if (isWithoutKeys(error)) throw new ProxyError(503, 'upstream-unavailable', WITHOUT_KEYS);
      return undefined;
    }
  };
}
