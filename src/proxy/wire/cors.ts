import type { AllowedOrigins } from './allowed-origins.js';

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

/** The headers by which browsers let pages of the allowed origins use the proxy, and those of no other. */
export class Cors {
  /** The headers of the answers to each listed origin, put together once and not at each request. */
  readonly #ofListed: ReadonlyMap<string, Headers>;
  readonly #allowed: AllowedOrigins;
  readonly #unlisted: Headers = { ...ANSWER_HEADERS, vary: 'origin' };

  constructor(allowed: AllowedOrigins) {
    this.#allowed = allowed;
    this.#ofListed = new Map(
      [...allowed.listed].map((origin) => [origin, this.#headersFor(origin)]),
    );
  }

  /** The headers of every answer to a request with this `Origin`. */
  headers(origin: string | null): Headers {
    if (origin === null) return this.#unlisted;
    const listed = this.#ofListed.get(origin);
    if (listed) return listed;
    return this.#allowed.has(origin) ? this.#headersFor(origin) : this.#unlisted;
  }

  /** The further headers of the answer to a preflight. */
  preflightHeaders(origin: string | null): Headers {
    if (origin === null || !this.#allowed.has(origin)) return {};
    return {
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': ALLOWED,
      'access-control-max-age': REMEMBERED,
    };
  }

  /** The browser compares the origin with its own, letter by letter. */
  #headersFor(origin: string): Headers {
    return {
      ...this.#unlisted,
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED,
    };
  }
}
