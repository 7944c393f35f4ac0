import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Where systems take no port for a socket that may have any: nobody else gets it before it is used. Nor is it one that
 * is 10,000 higher, which a Redis with a cluster takes as well.
 */
const FIRST = 12_000;
const END = 22_000;

/** A TCP port that is free now: for programs that cannot pick one, or do not say which they picked. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}
