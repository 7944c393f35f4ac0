import type { Signer } from './signer.js';

/** No vowels and nothing that looks or sounds like something else. */
const ALPHABET = '6789BCDFGHJKLMNPQRTW';
const LENGTH = 8;

/**
 * A session's join code: derived from its nonce, so that a proxy that lost its memory finds the same one.
 *
 * @param attempt - counts up where a code is taken.
 */
export async function deriveJoinCode(
  signer: Signer,
  nonce: string,
  secret: number,
  attempt: number,
): Promise<string> {
  const bytes = await signer.derive(`join-code ${attempt} ${nonce}`, secret);
  const words = new DataView(bytes.buffer);
  return Array.from(
    { length: LENGTH },
    (_, index) => ALPHABET[words.getUint32(index * 4) % ALPHABET.length],
  ).join('');
}

/** What was typed as the code that it stands for: any case, spaces and dashes ignored. `undefined` where it is none. */
export function parseJoinCode(text: string): string | undefined {
  const code = text.replace(/[\s-]/g, '').toUpperCase();
  return new RegExp(`^[${ALPHABET}]{${LENGTH}}$`).test(code) ? code : undefined;
}
