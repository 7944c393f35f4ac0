import { RelayError, type RelayErrorCode } from '../common/relay-error.js';
import type { Peer, WholeAnswer } from './exchange.js';
import { parseJson } from './parse-json.js';
import { parseRetryAfter } from './retry-after.js';
import { strangeAnswer } from './strange-answer.js';

/** An answer without success: what such answers of the relay service and of the proxy have in common. */
export interface Refusal {
  /** What the status stands for. */
  readonly code: RefusalCode;
  /** 0 for a redirect that the browser hides. */
  readonly status: number;
  /** In milliseconds. */
  readonly retryAfter: number | undefined;
  /** The whole body; `undefined` where it is no JSON. */
  readonly body: unknown;
  /** The body's own code and message, if any. */
  readonly reason: unknown;
  readonly message: unknown;
}

/** What a status can stand for. */
type RefusalCode = 'server-error' | 'unexpected-status' | (typeof CODES)[keyof typeof CODES];

const CODES = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
} as const satisfies Readonly<Record<number, RelayErrorCode>>;

/** Reads an answer without success. */
export function readRefusal({ clock }: Peer, { response, text = '' }: WholeAnswer): Refusal {
  const { headers, status } = response;
  const body = parseJson(text);
  const { code: reason, message } = Object(body);
  return {
    code:
      CODES[status as keyof typeof CODES] ?? (status < 500 ? 'unexpected-status' : 'server-error'),
    status,
    // A redirect that the browser hides has no headers to read.
    retryAfter: status ? parseRetryAfter(headers.get('retry-after'), clock.now()) : undefined,
    body,
    reason,
    message,
  };
}

/** The error for a refusal of the other side, in its own words unless they contain the `secret`. */
export function asSaid(
  { name }: Peer,
  refusal: Refusal,
  code: RelayErrorCode,
  secret: string | undefined,
): RelayError {
  const { message, status } = refusal;
  const isFit = typeof message === 'string' && !(secret && message.includes(secret));
  const words = isFit ? `: ${message}` : '';
  return new RelayError(code, `The ${name} answered ${status}${words}`, refusal);
}

/**
 * The error for an answer that does not seem to come from the peer, but from a gateway during a deploy, for instance.
 * It is one that passes.
 */
export function notItsWord(peer: Peer, refusal: Refusal): RelayError {
  const code = refusal.body === undefined ? 'not-json' : 'invalid-response';
  return new RelayError(code, strangeAnswer(peer, refusal.status), refusal);
}
