import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { type LoginFault, ProxyError } from '../proxy-error.js';
import { algorithmsOf, checkJwtOptions, type JwtOptions } from './jwt-options.js';
import { faultOf, type LoginResult } from './login-fault.js';
import { LoginKeys, type LoginKeysTools } from './login-keys.js';
import { checkClaimedId } from './login-player-id.js';

const withoutKeys = () =>
  new ProxyError(
    503,
    'upstream-unavailable',
    'The login keys cannot be fetched now. Try again.',
    undefined,
    { failure: 'the login keys ("jwt.jwksUrl") cannot be fetched, or are no JWKS' },
  );

/** Whether the JWKS is to blame and not the token: no network, no answer in time, or none that is a key set. */
function isWithoutKeys(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  // What jose says of an answer that is no success, or no JSON.
  return error.code === errors.JOSEError.code;
}

/** Knows players by the JWTs of the studio's login. */
export interface JwtAuthenticator {
  /**
   * Reads the player's id out of a JWT.
   *
   * @throws {ProxyError} rejects with 401 for an id that cannot be used, with 503 where the keys cannot be had.
   */
  login(token: string): Promise<LoginResult>;
  /** The keys that the tokens are checked with, where they are fetched. */
  readonly keys: LoginKeys | undefined;
}

/** @throws {RelayError} `invalid-option`. */
export function createJwtAuthenticator(
  options: JwtOptions,
  tools: LoginKeysTools,
): JwtAuthenticator {
  const { secret, jwksUrl, issuer, audience, clockTolerance = 5, playerClaim = 'sub' } = options;
  checkJwtOptions(options);
  const algorithms = algorithmsOf(options);
  const checks = (): JWTVerifyOptions => ({
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims: ['exp'],
    currentDate: new Date(tools.clock.now()),
    ...(issuer !== undefined && { issuer: listOf(issuer) }),
    ...(audience !== undefined && { audience: listOf(audience) }),
  });
  const keys = secret === undefined ? new LoginKeys(new URL(String(jwksUrl)), tools) : undefined;
  const verify = keys
    ? verifierWithKeys(keys, checks)
    : verifierWith(new TextEncoder().encode(secret), checks);
  return {
    keys,
    async login(token) {
      const payload = await verify(token);
      if (typeof payload === 'string') return { fault: payload };
      const playerId = checkClaimedId(`"${playerClaim}" of a login token`, payload[playerClaim]);
      return { playerId };
    },
  };
}

/** What a token says, or what is wrong with it. */
type Verifier = (token: string) => Promise<JWTPayload | LoginFault>;

function verifierWith(key: Uint8Array | CryptoKey, checks: () => JWTVerifyOptions): Verifier {
  return async (token) => {
    try {
      return (await jwtVerify(token, key, checks())).payload;
    } catch (error) {
      return faultOf(error);
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
      return faultOf(error);
    }
  };
}

/** A token need not say which key signed it. */
async function verifyWithEach(
  token: string,
  keys: AsyncIterable<CryptoKey>,
  checks: () => JWTVerifyOptions,
): Promise<JWTPayload | LoginFault> {
  for await (const key of keys) {
    const payload = await verifierWith(key, checks)(token);
    // One that cannot be read is in nobody's way: another key may fit.
    if (payload !== 'signature' && payload !== 'malformed') return payload;
  }
  return 'signature';
}

function listOf(names: string | readonly string[]): string[] {
  return typeof names === 'string' ? [names] : [...names];
}
