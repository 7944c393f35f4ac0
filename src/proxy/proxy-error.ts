import { RelayError } from '../api/relay-error.js';
import { BodyError } from '../http/read-json.js';

/** Statuses that the proxy refuses a request with. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 413 | 500 | 502 | 503;

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

/** The refusal that whatever was thrown while a request was answered becomes. */
export function refusalFrom(error: unknown): ProxyError {
  if (error instanceof ProxyError) return error;
  if (error instanceof RelayError) return refusalFromUpstream(error);
  if (error instanceof BodyError) {
    return error.reason === 'too-large'
      ? new ProxyError(413, 'too-large', error.message)
      : new ProxyError(400, 'bad-request', error.message);
  }
  return new ProxyError(500, 'internal', 'The proxy failed.');
}

/**
 * The service's own words about a session are handed on; its words about the studio's API token are not.
 */
function refusalFromUpstream(error: RelayError): ProxyError {
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
