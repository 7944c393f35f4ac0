/** The longest name of a request that is taken over, in characters. */
const LONGEST = 128;
/** What no name of a request has. */
const STRANGE = /[^\w.:;=+/@-]+/g;

/**
 * Names requests, for the log and for the answers. A balancer in front may have named one already, in `X-Request-ID`:
 * that name is kept, so that its log and this one can be read together. Anybody can send one, so it is cut to a length,
 * and what no name has is left out.
 */
export class RequestIds {
  /** The beginning of the names that this process gives. */
  readonly #prefix = crypto.randomUUID().slice(0, 8);
  #count = 0;

  of(headers: Headers): string {
    this.#count += 1;
    const given = headers.get('x-request-id')?.replace(STRANGE, '').slice(0, LONGEST);
    return given || `${this.#prefix}-${this.#count}`;
  }
}
