import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** The socket is cut so long after the answer, in milliseconds. */
const LINGER = 500;

const BODIES: Readonly<Record<404 | 503, string>> = {
  404: '{"message":"There is no such path or method.","code":"not-found"}',
  503: '{"message":"There is no room for another channel.","code":"unavailable"}',
};

/** Answers an upgrade that is not even accepted, and hangs up. */
export function refuseUpgrade(socket: Duplex, status: 404 | 503): void {
  const body = BODIES[status];
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json`;
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  // The other side may never close its half.
  setTimeout(() => socket.destroy(), LINGER).unref();
}
