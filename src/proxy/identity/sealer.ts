import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose';
import type { Clock } from '../../common/clock.js';

/** What a sealed token is for. Each kind has keys of its own, so that none passes for another. */
export type SealedType = 'relais-ticket' | 'relais-channel';

/** What opening a sealed token has brought to light. */
export type Opened =
  | { readonly state: 'good'; readonly claims: JWTPayload }
  | { readonly state: 'expired' }
  | { readonly state: 'invalid' };

/**
 * Encrypts the proxy's tickets, and opens them again: JWTs encrypted with AES-256-GCM, which also shows whether anybody
 * changed them. Only the kind of the token stands in the clear. The newest secret seals, every secret opens.
 */
export class Sealer {
  readonly #secrets: Promise<readonly CryptoKey[]>;
  readonly #clock: Clock;
  readonly #keys = new Map<SealedType, Promise<readonly CryptoKey[]>>();

  /** @param secrets - the newest first; at least one. */
  constructor(secrets: readonly string[], clock: Clock) {
    this.#secrets = Promise.all(secrets.map(importSecret));
    this.#clock = clock;
  }

  /** @param lifetime - in seconds. */
  async seal(type: SealedType, claims: JWTPayload, lifetime: number): Promise<string> {
    const [newest] = await this.#keysFor(type);
    const now = Math.floor(this.#clock.now() / 1000);
    return new EncryptJWT(claims)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: type })
      .setIssuedAt(now)
      .setExpirationTime(now + lifetime)
      .encrypt(newest as CryptoKey);
  }

  /** Opens a token of one kind. It is `expired` only where it was good before: a forged one is `invalid`, always. */
  async open(type: SealedType, token: string): Promise<Opened> {
    for (const key of await this.#keysFor(type)) {
      try {
        const { payload } = await jwtDecrypt(token, key, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          typ: type,
          requiredClaims: ['iat', 'exp'],
          currentDate: new Date(this.#clock.now()),
        });
        return { state: 'good', claims: payload };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { state: 'expired' };
        // Another secret may have sealed it.
      }
    }
    return { state: 'invalid' };
  }

  /** The keys of one kind of token, one of each secret. They are derived once. */
  #keysFor(type: SealedType): Promise<readonly CryptoKey[]> {
    const known = this.#keys.get(type);
    if (known) return known;
    const derived = this.#secrets.then((secrets) =>
      Promise.all(secrets.map((secret) => deriveKey(secret, type))),
    );
    this.#keys.set(type, derived);
    return derived;
  }
}

function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
}

/** The key for one kind of token, by HKDF. From it follow neither the secret nor the keys of other kinds. */
function deriveKey(secret: CryptoKey, type: SealedType): Promise<CryptoKey> {
  const info = new TextEncoder().encode(type);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  const algorithm = { name: 'AES-GCM', length: 256 };
  return crypto.subtle.deriveKey(derivation, secret, algorithm, false, ['encrypt', 'decrypt']);
}
