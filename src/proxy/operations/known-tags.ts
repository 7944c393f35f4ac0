/**
 * The `ETag`s that an `If-None-Match` names: the documents that a player knows. It is read when the request comes, and
 * not when there is news: then, thousands of them are looked at in the same moment.
 */
export class KnownTags {
  /** Those of a request without the header. */
  static readonly NONE: KnownTags = new KnownTags('');
  readonly #tags: readonly string[];
  /** Whether any document is known. */
  readonly #isAny: boolean;

  /** @param header - the `If-None-Match`. */
  constructor(header: string) {
    this.#tags = header.split(',').map(plainTag);
    this.#isAny = header === '*';
  }

  /** Whether the document with this tag is among them. */
  has(etag: string): boolean {
    return this.#tags.includes(etag) || this.#isAny;
  }
}

/**
 * A tag as it was before a server on the way compressed the document. Some servers make it a weak one, some add the
 * coding to it. Our own tags cannot be taken for such a one, because they all have three parts.
 */
function plainTag(tag: string): string {
  return tag
    .trim()
    .replace(/^W\//, '')
    .replace(/^("[^"-]+-[^"-]+-[^"-]+?)(?:--?|;)(?:gzip|br|zstd|deflate|compress)"$/, '$1"');
}
