/** What join codes are made of: no vowels, and nothing that looks or sounds like something else. */
export const JOIN_CODE_ALPHABET = '6789BCDFGHJKLMNPQRTW';
/** How many of these characters a code has. */
export const JOIN_CODE_LENGTH = 8;
/** The longest text that is read as a code, ignored characters included. In UTF-16 code units. */
export const LONGEST_JOIN_CODE = 256;

/**
 * The characters that are ignored: all but letters and digits, letters that are invisible (Hangul fillers), and the
 * letter that Japanese keyboards type for a dash.
 */
const NO_PART = /[^\p{L}\p{N}]|[\u115f\u1160\u30fc]/gu;

/**
 * Reads a join code that somebody typed or pasted: in any case, in full-width characters too, and with spaces, dashes,
 * quotes and invisible characters anywhere.
 *
 * @returns the code as it is sent and kept, eight characters in upper case; `undefined` where it is none.
 */
export function parseJoinCode(text: string): string | undefined {
  if (text.length > LONGEST_JOIN_CODE) return undefined;
  const code = text.normalize('NFKC').replace(NO_PART, '').toUpperCase();
  const isCode = [...code].every((character) => JOIN_CODE_ALPHABET.includes(character));
  return isCode && code.length === JOIN_CODE_LENGTH ? code : undefined;
}

/** A text without the zero-width spaces, soft hyphens and the like that come along when it is copied from a page. */
export const withoutInvisible = (text: string) =>
  text.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
