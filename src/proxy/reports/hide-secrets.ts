import { parseJoinCode } from '../../api/join-code.js';

/** How much of a text is kept, in UTF-16 code units. */
const LONGEST = 2_000;
/** A word of letters, too short to be a key, with the signs that stand around words in a sentence. */
const WORD = /^["'(]?[a-z]{1,20}(?:['-][a-z]{1,20})?["'),.:;!?]{0,3}$/i;
const HIDDEN = '…';

/**
 * Makes somebody else's text fit for the log: hides everything but plain words. Whatever has a digit in it, or a
 * character that words do not have, may be an address, a token, or a part of one.
 *
 * @param secrets - what must not be in the log even where it looks like a word.
 */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const words = text.slice(0, LONGEST).split(/\s/).filter(Boolean);
  // The last word was cut off: it may be the beginning of something longer.
  if (text.length > LONGEST) {
    words.pop();
    words.push(HIDDEN);
  }
  const kept: string[] = [];
  for (const word of words) {
    if (isPlain(word, secrets)) kept.push(word);
    else if (kept.at(-1) !== HIDDEN) kept.push(HIDDEN);
  }
  return kept.join(' ');
}

function isPlain(word: string, secrets: readonly string[]): boolean {
  if (!WORD.test(word) || parseJoinCode(word)) return false;
  return !secrets.some((secret) => word.includes(secret));
}
