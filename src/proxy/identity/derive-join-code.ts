import { JOIN_CODE_ALPHABET, JOIN_CODE_LENGTH } from '../../api/join-code.js';
import type { Signer } from './signer.js';

/**
 * A session's join code. It is derived from the nonce, so that a proxy that lost its memory finds the same one.
 *
 * @param count - how many of its codes other sessions have already, from 0.
 */
export async function deriveJoinCode(
  signer: Signer,
  nonce: string,
  secret: number,
  count: number,
): Promise<string> {
  const bytes = await signer.derive(`join-code ${count} ${nonce}`, secret);
  const words = new DataView(bytes.buffer);
  return Array.from(
    { length: JOIN_CODE_LENGTH },
    (_, index) => JOIN_CODE_ALPHABET[words.getUint32(index * 4) % JOIN_CODE_ALPHABET.length],
  ).join('');
}
