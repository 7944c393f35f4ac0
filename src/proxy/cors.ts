/** Sent with every answer. */
const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const EXPOSED = 'etag, preference-applied, retry-after, x-request-id';
const ALLOWED = 'authorization, content-type, idempotency-key, if-none-match, prefer';
/** How long a browser may remember the answer to a preflight, in seconds. */
const REMEMBERED = '86400';

type Headers = Readonly<Record<string, string>>;

/** Lets pages of the listed origins use the proxy, and those of no other. */
export class Cors {
  /** What the answers to each listed origin have: put together once, not at each request. */
  readonly #listed: ReadonlyMap<string, Headers>;
  readonly #unlisted: Headers = { ...ANSWER_HEADERS, vary: 'origin' };

  constructor(origins: readonly string[]) {
    this.#listed = new Map(
      origins.map((origin) => [
        origin,
        {
          ...this.#unlisted,
          'access-control-allow-origin': origin,
          'access-control-expose-headers': EXPOSED,
        },
      ]),
    );
  }

  /** What every answer to a request with this `Origin` has. */
  headers(origin: string | null): Headers {
    return (origin !== null && this.#listed.get(origin)) || this.#unlisted;
  }

  /** What the answer to a preflight says besides. */
  preflightHeaders(origin: string | null): Headers {
    if (origin === null || !this.#listed.has(origin)) return {};
    return {
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': ALLOWED,
      'access-control-max-age': REMEMBERED,
    };
  }
}
