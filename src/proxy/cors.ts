const EXPOSED = 'etag, preference-applied, retry-after, x-request-id';
const ALLOWED = 'authorization, content-type, idempotency-key, if-none-match, prefer';
/** How long a browser may remember the answer to a preflight, in seconds. */
const REMEMBERED = '86400';

/** Lets pages of the listed origins use the proxy, and those of no other. */
export class Cors {
  readonly #origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
  }

  /** What a request's `Origin` adds to its answer. */
  headers(origin: string | null): Readonly<Record<string, string>> {
    if (origin === null || !this.#origins.has(origin)) return { vary: 'origin' };
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED,
    };
  }

  /** What the answer to a preflight says besides. */
  preflightHeaders(origin: string | null): Readonly<Record<string, string>> {
    if (origin === null || !this.#origins.has(origin)) return {};
    return {
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': ALLOWED,
      'access-control-max-age': REMEMBERED,
    };
  }
}
