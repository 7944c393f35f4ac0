import { RelayError } from '../../common/relay-error.js';

/** Login tokens that the studio's own service issues as JWTs. */
export interface JwtOptions {
  /**
   * The shared secret of an HMAC algorithm, at least 32 characters. Either this or `jwksUrl` is needed.
   *
   * @default none
   */
  readonly secret?: string | undefined;
  /**
   * Where the public keys are, as a JWKS. Either this or `secret` is needed. The keys are fetched when they are needed,
   * and kept for ten minutes, or for up to an hour while they cannot be fetched again. The same keys may sign the
   * tokens of other games, those of a login service for instance: so `issuer` and `audience` must say which tokens are
   * meant for this one.
   *
   * @default none
   */
  readonly jwksUrl?: string | URL | undefined;
  /**
   * What `iss` must be, or several of which it must be one. Required with `jwksUrl`.
   *
   * @default anything
   */
  readonly issuer?: string | readonly string[] | undefined;
  /**
   * What `aud` must hold, or several of which it must hold one. Required with `jwksUrl`.
   *
   * @default anything
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * The accepted algorithms.
   *
   * @default `HS256` with a secret; `RS256`, `PS256`, `ES256` and `EdDSA` with a JWKS
   */
  readonly algorithms?: readonly string[] | undefined;
  /**
   * How far the clocks may be apart, in seconds.
   *
   * @default 5
   */
  readonly clockTolerance?: number | undefined;
  /**
   * The claim that holds the player's id: a string, or a whole number below 2^53.
   *
   * @default `sub`
   */
  readonly playerClaim?: string | undefined;
}

/** The algorithms with a shared secret. A public key must never serve as one, so the two families are not mixed. */
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];

/** The algorithms with public keys. */
const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** The algorithms that are accepted. */
export function algorithmsOf({ algorithms, secret }: JwtOptions): readonly string[] {
  if (algorithms) return algorithms;
  return secret === undefined ? ['RS256', 'PS256', 'ES256', 'EdDSA'] : ['HS256'];
}

/**
 * Refuses options that do not go together, or would let in players of other games.
 *
 * @throws {RelayError} `invalid-option`; the message names the option.
 */
export function checkJwtOptions(options: JwtOptions): void {
  const { secret, jwksUrl, issuer, audience } = options;
  if ((secret === undefined) === (jwksUrl === undefined)) {
    throw new RelayError('invalid-option', '"jwt" must have either "secret" or "jwksUrl".');
  }
  if (jwksUrl !== undefined && (!issuer || !audience)) {
    throw new RelayError(
      'invalid-option',
      '"jwt.jwksUrl" (RELAIS_JWKS_URL) needs both "jwt.issuer" (RELAIS_JWT_ISSUER) and "jwt.audience" ' +
        '(RELAIS_JWT_AUDIENCE): others may have tokens by the same keys.',
    );
  }
  const possible = secret === undefined ? PUBLIC_KEY_ALGORITHMS : SECRET_ALGORITHMS;
  const algorithms = algorithmsOf(options);
  const wrong = algorithms.find((name) => !possible.includes(name));
  if (wrong !== undefined || algorithms.length === 0) {
    throw new RelayError('invalid-option', `"jwt.algorithms" cannot hold "${wrong ?? ''}" here.`);
  }
  if (secret !== undefined && secret.length < 32) {
    throw new RelayError('invalid-option', '"jwt.secret" must have at least 32 characters.');
  }
}
