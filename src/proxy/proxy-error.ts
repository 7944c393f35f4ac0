import type { RelayError } from '../api/relay-error.js';

/** Statuses that the proxy refuses a request with. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 413 | 502 | 503;

/** A refusal: what the player gets to read, `{ message, code }`. */
export class ProxyError extends Error {
  readonly status: RefusalStatus;
  readonly code: string;

  constructor(status: RefusalStatus, code: string, message: string) {
    super(message);
    this.name = 'ProxyError';
    this.status = status;
    this.code = code;
  }
}

/**
 * The refusal that a failed call of the relay service becomes. The service's own words about a session
 * are handed on; its words about the studio's API token are not.
 */
export function refusalFromUpstream(error: RelayError): ProxyError {
  switch (error.code) {
    case 'not-found':
      return new ProxyError(404, 'not-found', 'There is no such session.');
    case 'invalid-request':
    case 'bad-request':
      return new ProxyError(400, 'bad-request', error.message);
    case 'rate-limited':
    case 'server-error':
    case 'network':
    case 'timeout':
      return new ProxyError(503, 'upstream-unavailable', 'The relay service does not answer now.');
    default:
      return new ProxyError(502, 'upstream-refused', 'The relay service refused the proxy.');
  }
}
