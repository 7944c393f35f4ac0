/** 64 bits that tell one text from another, and the text's length. They keep no secret. */
export interface TextHash {
  readonly a: number;
  readonly b: number;
  /** In bytes, as UTF-8. */
  readonly length: number;
}

/** The hash of a text without a character in it. */
const OF_NOTHING: TextHash = { a: 0x811c9dc5, b: 0x9e3779b9, length: 0 };

/**
 * The hash of a text.
 *
 * @param before - the hash of what comes before this text, if it is the rest of a longer one.
 */
export function hashOf(text: string, before = OF_NOTHING): TextHash {
  let { a, b, length } = before;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
    length += bytesOf(code);
  }
  return { a, b, length };
}

/** The hash of two texts, one behind the other, of which the second was hashed by itself. */
export function joinHashes(first: TextHash, second: TextHash): TextHash {
  return {
    a: Math.imul(first.a, 0x01000193) ^ second.a,
    b: Math.imul(first.b, 0x85ebca6b) ^ second.b,
    length: first.length + second.length,
  };
}

/**
 * The `ETag` of the text with this hash. It is a strong one, because it is over the whole text. It has three parts,
 * with `-` between them.
 */
export function etagOf({ a, b, length }: TextHash): string {
  const parts = [a >>> 0, b >>> 0, length].map((part) => part.toString(36));
  return `"${parts.join('-')}"`;
}

/**
 * How many bytes a UTF-16 code unit becomes in UTF-8. The two halves of a surrogate pair become four bytes together;
 * half a pair does not come up in JSON.
 */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800 || isSurrogate(code)) return 2;
  return 3;
}

const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;
