import { isOneOf, readOrigin } from './read-origin.js';

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

/** What browsers send for a page without an origin of its own: a sandboxed frame, a file. */
const NULL_ORIGINS = ['null', 'file://'];

/** Lets pages of the listed origins use the proxy, and those of no other. */
export class Cors {
  /** What the answers to each listed origin have: put together once, not at each request. */
  readonly #listed: ReadonlyMap<string, Headers>;
  readonly #wildcards: readonly string[];
  readonly #unlisted: Headers = { ...ANSWER_HEADERS, vary: 'origin' };

  constructor(origins: readonly string[], allowNullOrigin: boolean) {
    const read = origins.map((origin) => readOrigin(origin) ?? origin);
    const listed = read.filter((origin) => !origin.includes('*'));
    if (allowNullOrigin) listed.push(...NULL_ORIGINS);
    this.#listed = new Map(listed.map((origin) => [origin, this.#headersFor(origin)]));
    this.#wildcards = read.filter((origin) => origin.includes('*'));
  }

  /** What every answer to a request with this `Origin` has. */
  headers(origin: string | null): Headers {
    if (origin === null) return this.#unlisted;
    const listed = this.#listed.get(origin);
    if (listed) return listed;
    return this.#isAllowed(origin) ? this.#headersFor(origin) : this.#unlisted;
  }

  /** What the answer to a preflight says besides. */
  preflightHeaders(origin: string | null): Headers {
    if (origin === null || !this.#isAllowed(origin)) return {};
    return {
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': ALLOWED,
      'access-control-max-age': REMEMBERED,
    };
  }

  /** Not all browsers send the host in lower case: an extension's may be a UUID in capitals. */
  #isAllowed(origin: string): boolean {
    const lower = origin.toLowerCase();
    return this.#listed.has(lower) || this.#wildcards.some((wildcard) => isOneOf(lower, wildcard));
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
