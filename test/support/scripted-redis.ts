import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that speaks as much of Redis's protocol as a client needs to say who it is, and to ask `INFO`. */
export interface ScriptedRedis extends AsyncDisposable {
  readonly url: string;
  /** The first words of all that it was asked for. */
  readonly asked: readonly string[];
}

/** @param info - what it answers to `INFO`, line by line: nothing at all where there is no line. */
export async function scriptedRedis(info: readonly string[]): Promise<ScriptedRedis> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const answerTo = (word: string) => {
    asked.push(word);
    if (word === 'HELLO') return "-ERR unknown command 'HELLO'\r\n";
    if (word === 'PING') return '+PONG\r\n';
    if (word === 'SUBSCRIBE') return '*3\r\n$9\r\nsubscribe\r\n$13\r\nrelais:news:0\r\n:1\r\n';
    if (word !== 'INFO') return '+OK\r\n';
    if (info.length === 0) return '';
    const text = info.join('\r\n');
    return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      // A command is an array of texts, and only its first word matters here.
      for (const [, word = ''] of String(chunk).matchAll(/\*\d+\r\n\$\d+\r\n(\S+)\r\n/g)) {
        socket.write(answerTo(word.toUpperCase()));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
