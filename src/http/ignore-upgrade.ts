import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * An upgrade to what nobody here speaks is ignored, as HTTP has it: the request is read once more, without it, and so
 * with its body, its deadlines and the requests behind it. For a Node that cannot be told which upgrades are taken.
 */
export function ignoreUpgrade(
  server: Server,
  { httpVersion, method, rawHeaders, url }: IncomingMessage,
  socket: Duplex,
  more: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), more]));
  server.emit('connection', socket);
}
