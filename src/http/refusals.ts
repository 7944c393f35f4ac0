import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * How long a client whose connection is being closed may go on sending, so that it gets to read the answer. In
 * milliseconds.
 */
const LINGER = 500;

/** An answer to what never reaches the handler, or breaks it. */
export interface Refusal {
  readonly status: number;
  readonly body: { readonly message: string; readonly code: string };
}

export const NO_HTTP: Refusal = {
  status: 400,
  body: { message: 'The request is no valid HTTP.', code: 'bad-request' },
};
export const NO_TUNNEL: Refusal = {
  status: 404,
  body: { message: 'There is no such path or method.', code: 'not-found' },
};
const TOO_SLOW: Refusal = {
  status: 408,
  body: { message: 'The request did not come to its end in time.', code: 'timeout' },
};
const TOO_LARGE: Refusal = {
  status: 431,
  body: { message: 'The headers are too large.', code: 'too-large' },
};
export const FAILED: Refusal = {
  status: 500,
  body: { message: 'The server failed.', code: 'internal' },
};
/** What answers an error of Node's HTTP parser, by its code. */
export const BY_CODE: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: TOO_LARGE,
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
};

/** A refusal as the answer to a request. */
export const refuse = ({ status, body }: Refusal) => Response.json(body, { status });

/** Writes a refusal on a connection whose request never became one, and hangs up. */
export function endWith(socket: Duplex, answer: Refusal): void {
  const { status } = answer;
  const body = JSON.stringify(answer.body);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json`;
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  // The other side may never close its half of the connection.
  setTimeout(() => socket.destroy(), LINGER).unref();
}
