import { parseJoinCode } from '../../api/join-code.js';

/** How much of a text is told, in UTF-16 code units. */
const LONGEST = 2_000;
/** A word of letters, not so long that it could be a key, with what stands around words in a sentence. */
const WORD = /^["'(]?[a-z]{1,20}(?:['-][a-z]{1,20})?["'),.:;!?]{0,3}$/i;
const HIDDEN = '…';

/**
 * Somebody else's words for the log: what is left are words of a sentence. Whatever has a digit, or any sign that
 * words do not have, may be an address, a token or a part of one, however it is written.
 *
 * @param secrets - what must not stand there, even where it looks like a word.
 */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const words = text.slice(0, LONGEST).split(/\s/).filter(Boolean);
  // The last one may be the beginning of something longer.
  if (text.length > LONGEST) words.splice(-1, 1, HIDDEN);
  const told = words.map((word) => (isPlain(word, secrets) ? word : HIDDEN));
  return told.filter((word, index) => word !== HIDDEN || told[index - 1] !== HIDDEN).join(' ');
}

function isPlain(word: string, secrets: readonly string[]): boolean {
  if (!WORD.test(word) || parseJoinCode(word)) return false;
  return !secrets.some((secret) => word.includes(secret));
}
