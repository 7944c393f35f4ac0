import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../common/clock.js';
import type { LoginFault } from '../proxy-error.js';
import { faultOf } from './login-fault.js';

/**
 * What a signed token is for. A token for one purpose is never accepted for another. Tickets are sealed nowadays; those
 * that older versions signed are still accepted.
 */
export type SignedType =
  | 'relais-ticket'
  | 'relais-guest'
  | 'relais-webhook'
  | 'relais-doctor-question'
  | 'relais-doctor-answer';

/** A token that was checked. */
export interface VerifiedToken {
  readonly claims: JWTPayload;
  /** Which of the secrets signed it; 0 is the newest. */
  readonly secret: number;
}

/** Signs and checks the proxy's own tokens: JWTs, HMAC with SHA-256. The newest secret signs, all are accepted. */
export class Signer {
  readonly #clock: Clock;
  readonly #keys: Promise<readonly CryptoKey[]>;

  constructor(secrets: readonly string[], clock: Clock) {
    this.#clock = clock;
    this.#keys = Promise.all(secrets.map(importKey));
  }

  /** @param lifetime - in seconds; without it the token never expires. */
  async sign(type: SignedType, claims: JWTPayload, lifetime?: number): Promise<string> {
    const [key] = await this.#keys;
    const now = Math.floor(this.#clock.now() / 1000);
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: type });
    if (lifetime !== undefined) token.setIssuedAt(now).setExpirationTime(now + lifetime);
    return token.sign(key as CryptoKey);
  }

  /** The token's claims, or `undefined` where it is forged, expired or for something else. */
  async verify(type: SignedType, token: string): Promise<VerifiedToken | undefined> {
    const found = await this.check(type, token);
    return typeof found === 'string' ? undefined : found;
  }

  /** The token's claims, or what is wrong with it. */
  async check(type: SignedType, token: string): Promise<VerifiedToken | LoginFault> {
    let fault: LoginFault = 'signature';
    for (const [secret, key] of (await this.#keys).entries()) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          typ: type,
          currentDate: new Date(this.#clock.now()),
        });
        return { claims: payload, secret };
      } catch (error) {
        fault = faultOf(error);
        // Another secret may have signed it.
        if (fault !== 'signature') break;
      }
    }
    return fault;
  }

  /** 32 bytes that only the holder of the secret can derive from `text`. */
  async derive(text: string, secret = 0): Promise<Uint8Array> {
    const keys = await this.#keys;
    const key = keys[secret] as CryptoKey;
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)));
  }

  /** The same of each secret, the newest first. */
  async deriveOfEach(text: string): Promise<Uint8Array[]> {
    const keys = await this.#keys;
    return Promise.all(keys.map((_key, secret) => this.derive(text, secret)));
  }
}

function importKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
}
