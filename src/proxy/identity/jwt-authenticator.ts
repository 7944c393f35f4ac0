import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Clock } from '../../common/clock.js';
import { ProxyError } from '../proxy-error.js';
import { algorithmsOf, checkJwtOptions, type JwtOptions } from './jwt-options.js';
import { LoginKeys } from './login-keys.js';
import { checkClaimedId } from './login-player-id.js';

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
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  // What jose says of an answer that is no success, or no JSON.
  return error.code === errors.JOSEError.code;
}

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
  checkJwtOptions(options);
  const algorithms = algorithmsOf(options);
  const checks = (): JWTVerifyOptions => ({
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims: ['exp'],
    currentDate: new Date(clock.now()),
    ...(issuer !== undefined && { issuer: listOf(issuer) }),
    ...(audience !== undefined && { audience: listOf(audience) }),
  });
  const verify =
    secret !== undefined
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
