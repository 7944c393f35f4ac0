/** What join codes are made of: no vowels, and nothing that looks or sounds like something else. */
export const JOIN_CODE_ALPHABET = '6789BCDFGHJKLMNPQRTW';
/** How many of these characters a code has. */
export const JOIN_CODE_LENGTH = 8;
/** What is longer than this is no code, however much of it does not count. In UTF-16 code units. */
export const LONGEST_JOIN_CODE = 256;

/**
 * All but letters and digits; and letters that are invisible (Hangul fillers), or a dash where one is typed in
 * Japanese.
 */
const NO_PART = /[^\p{L}\p{N}]|[\u115f\u1160\u30fc]/gu;

/**
 * The join code that somebody typed or pasted: in any case, in full-width characters too, with spaces, dashes,
 * quotes and what is invisible anywhere.
 *
 * @returns the code as it is sent and kept, eight characters in upper case; `undefined` where it is none.
 */
export function parseJoinCode(text: string): string | undefined {
  if (text.length > LONGEST_JOIN_CODE) return undefined;
  const code = text.normalize('NFKC').replace(NO_PART, '').toUpperCase();
  const isCode = [...code].every((character) => JOIN_CODE_ALPHABET.includes(character));
  return isCode && code.length === JOIN_CODE_LENGTH ? code : undefined;
}

/** A text as it looks: zero-width spaces, soft hyphens and the like come along where an id is copied from a page. */
export const withoutInvisible = (text: string) =>
  text.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
