import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Sends a body that never ends, as fast as it is taken. Resolves to how much was sent, in bytes, once it is cut. */
export async function sendEndlessly(response: ServerResponse, chunk: Uint8Array): Promise<number> {
  let sent = 0;
  const closed = once(response, 'close');
  const send = () => {
    while (!response.destroyed) {
      sent += chunk.length;
      if (!response.write(chunk)) return;
    }
  };
  response.on('drain', send);
  send();
  await closed;
  return sent;
}
