import type { Signer } from '../identity/index.js';

/**
 * The nonces that stand for a player's `Idempotency-Key`: one of each secret, the newest first. A new session gets the
 * newest; a session from before a rotation is found by an older one. The same key of the same player gives the same
 * nonces at any instance, even if everything else was forgotten.
 */
export async function orderNonces(
  signer: Signer,
  playerId: string,
  key: string,
): Promise<[string, ...string[]]> {
  const derived = await signer.deriveOfEach(`create ${playerId} ${key}`);
  // There is at least one secret.
  return derived.map(nonceOf) as [string, ...string[]];
}

/** 16 bytes, in hexadecimal digits. */
const nonceOf = (bytes: Uint8Array) =>
  Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
