// Hosts who wait: each holds one request for news of its session, and asks anew whenever it is answered.
import { connect } from 'node:net';

/** How many connections are opened at once: less than a server's backlog. */
const BATCH = 200;

/** @param seats - what each host got at *create*: `session_id`, `ticket`. Resolves once all requests are sent. */
export async function holdForGood({ host, port, seats }) {
  for (let first = 0; first < seats.length; first += BATCH) {
    await Promise.all(seats.slice(first, first + BATCH).map((seat) => holdOne(host, port, seat)));
  }
}

function holdOne(host, port, { session_id, ticket }) {
  return new Promise((sent, failed) => {
    let etag = '';
    let answer = '';
    const ask = () =>
      socket.write(
        `GET /v1/relays/sessions/${session_id} HTTP/1.1\r\nHost: ${host}\r\n` +
          `Authorization: Bearer ${ticket}\r\nIf-None-Match: ${etag}\r\nPrefer: wait=25\r\n\r\n`,
        () => sent(),
      );
    const socket = connect({ host, port, noDelay: true }, ask);
    socket.setEncoding('latin1');
    socket.once('error', failed);
    socket.on('data', (chunk) => {
      answer += chunk;
      const end = endOf(answer);
      if (end > answer.length) return;
      etag = /^etag: (.+)$/im.exec(answer)?.[1]?.trim() ?? etag;
      answer = '';
      ask();
    });
  });
}

/** Where a whole answer ends; infinite as long as its head is not there. */
function endOf(answer) {
  const head = answer.indexOf('\r\n\r\n');
  if (head < 0) return Number.POSITIVE_INFINITY;
  const status = answer.slice(9, 12);
  if (status !== '200' && status !== '304') throw new Error(`Not an answer to wait for: ${answer}`);
  return head + 4 + Number(/^content-length: (\d+)/im.exec(answer)?.[1] ?? 0);
}
