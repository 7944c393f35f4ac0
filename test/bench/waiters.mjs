import { connect } from 'node:net';
import { moment } from './moment.mjs';

/** How many connections are opened at once: less than a server's backlog. */
const BATCH = 200;

/**
 * Sends one request on each of many connections, tells when all are sent, and resolves to the moments at
 * which their answers arrived whole.
 */
export async function holdRequests({ host, port, requests }, onSent) {
  const moments = [];
  const answers = [];
  const sockets = [];
  for (let first = 0; first < requests.length; first += BATCH) {
    const opened = requests.slice(first, first + BATCH).map(
      (request) =>
        new Promise((opened, failed) => {
          const socket = connect({ host, port, noDelay: true }, () => {
            socket.write(request, () => opened());
          });
          socket.once('error', failed);
          sockets.push(socket);
          answers.push(
            new Promise((answered, cut) => {
              let left = Number.POSITIVE_INFINITY;
              socket.on('data', (chunk) => {
                if (left === Number.POSITIVE_INFINITY) left = lengthOf(chunk);
                left -= chunk.length;
                if (left > 0) return;
                moments.push(moment());
                answered();
              });
              socket.once('close', () => cut(new Error('A held request was cut.')));
            }),
          );
        }),
    );
    await Promise.all(opened);
  }
  onSent();
  await Promise.all(answers);
  // Not before: players keep their connections, and closing one is work for the proxy.
  for (const socket of sockets) socket.destroy();
  return { moments };
}

/** The whole answer's length, from its head, which comes in one piece. */
function lengthOf(chunk) {
  const text = chunk.toString('latin1');
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`Not an answer to wait for: ${text}`);
  const head = text.indexOf('\r\n\r\n') + 4;
  return head + Number(/content-length: (\d+)/i.exec(text)[1]);
}
