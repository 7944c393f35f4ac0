// A host who waits: holds one request for news of the session, and asks anew whenever it is answered.
import { connect } from 'node:net';

/** @param seat - the host's `session_id`, `ticket` and `etag`. Resolves once the first request is sent. */
export function holdForGood({ host, port, seat }) {
  const { session_id, ticket } = seat;
  return new Promise((sent, failed) => {
    let { etag } = seat;
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
      const head = headOf(answer);
      if (!head || answer.length < head.length) return;
      etag = head.etag ?? etag;
      answer = '';
      // As a game does where the proxy is busy.
      setTimeout(ask, head.isRefusal ? head.retryAfter * 1_000 : 0);
    });
  });
}

/** What an answer's head says; nothing as long as it is not there. */
function headOf(answer) {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const header = (name) => new RegExp(`^${name}: (.+)\r$`, 'im').exec(answer)?.[1];
  const status = answer.slice(9, 12);
  const isRefusal = status === '429' || status === '503';
  if (status !== '200' && status !== '304' && !isRefusal) {
    throw new Error(`Not an answer to wait for: ${answer}`);
  }
  const length = status === '304' ? 0 : Number(header('content-length') ?? 0);
  const retryAfter = Number(header('retry-after') ?? 1);
  return { length: end + 4 + length, etag: header('etag'), isRefusal, retryAfter };
}
