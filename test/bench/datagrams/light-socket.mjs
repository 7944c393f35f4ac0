// The players' end of a WebSocket, with no more than the load needs: with `ws` the players' process would have as much
// to do as the forwarder, and it would be measured whether there is a core left for it.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

const WHOLE = 0x80;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const MASKED = 0x80;
const MASK = Buffer.of(0x5a, 0xc3, 0x0f, 0x96);
const LONGEST_OF_ONE_BYTE = 125;
const LENGTH_FOLLOWS = 126;
const END_OF_HEAD = '\r\n\r\n';
const ACCEPTED = 'HTTP/1.1 101';
const EMPTY = Buffer.alloc(0);
/** All sockets read into the same bytes: what came is read at once, or copied. */
const READ_BUFFER = Buffer.allocUnsafe(64 * 1024);

/**
 * Opens a WebSocket. What is told of a message is good only until the next one comes.
 *
 * @param {string} url
 * @param {string[]} protocols
 * @param {{ onBinary(bytes: Buffer): void, onText?(text: string): void, onClosed?(code: number): void }} listener
 */
export async function openLightSocket(url, protocols, listener) {
  const { hostname, port, pathname } = new URL(url);
  const socket = new LightSocket(hostname, Number(port), listener);
  await socket.begin([
    `GET ${pathname} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
    ...(protocols.length > 0 ? [`sec-websocket-protocol: ${protocols.join(', ')}`] : []),
  ]);
  return socket;
}

class LightSocket {
  #stream;
  #listener;
  /** The beginning of a message whose end has not come. */
  #rest = EMPTY;
  #isUpgraded = false;
  #onUpgraded = () => {};
  #code = 1006;

  constructor(host, port, listener) {
    this.#listener = listener;
    const callback = (size) => this.#receive(READ_BUFFER.subarray(0, size));
    this.#stream = connect({
      host,
      port,
      noDelay: true,
      onread: { buffer: READ_BUFFER, callback },
    });
    this.#stream.on('error', () => {});
    this.#stream.on('close', () => {
      listener.onClosed?.(this.#code);
    });
  }

  /** Asks for the upgrade, and waits for it. */
  async begin(lines) {
    await once(this.#stream, 'connect');
    this.#stream.write(`${lines.join('\r\n')}\r\n\r\n`);
    await new Promise((resolve, reject) => {
      this.#onUpgraded = resolve;
      this.#stream.on('close', () => reject(new Error('There was no upgrade.')));
    });
  }

  /** Bytes that wait in this process. */
  get bufferedAmount() {
    return this.#stream.writableLength;
  }

  /** @param {Buffer[]} parts - written as one message. */
  sendBinary(...parts) {
    this.#stream.write(frame(BINARY, parts));
  }

  /** A datagram and a text behind it, in one write. */
  sendBoth(parts, text) {
    const both = [frame(BINARY, parts), frame(TEXT, [Buffer.from(text)])];
    this.#stream.write(Buffer.concat(both));
  }

  sendText(text) {
    this.#stream.write(frame(TEXT, [Buffer.from(text)]));
  }

  close(code) {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(code);
    this.#stream.write(frame(CLOSE, [bytes]));
  }

  terminate() {
    this.#stream.destroy();
  }

  #receive(chunk) {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#isUpgraded) bytes = this.#readAnswer(bytes);
    const used = this.#isUpgraded ? this.#readMessages(bytes) : 0;
    this.#rest = used < bytes.length ? Buffer.from(bytes.subarray(used)) : EMPTY;
    return true;
  }

  /** Reads the answer to the upgrade, once all of it is there. Returns what is left. */
  #readAnswer(bytes) {
    const end = bytes.indexOf(END_OF_HEAD);
    if (end < 0) return bytes;
    this.#isUpgraded = bytes.toString('latin1', 0, ACCEPTED.length) === ACCEPTED;
    if (this.#isUpgraded) this.#onUpgraded();
    else this.#stream.destroy();
    return bytes.subarray(end + END_OF_HEAD.length);
  }

  /** Reads all messages that are whole. Returns how many bytes they are. */
  #readMessages(bytes) {
    let at = 0;
    for (;;) {
      const isShort = bytes[at + 1] <= LONGEST_OF_ONE_BYTE;
      const start = at + (isShort ? 2 : 4);
      if (start > bytes.length) break;
      const end = start + (isShort ? bytes[at + 1] : bytes.readUInt16BE(at + 2));
      if (end > bytes.length) break;
      this.#take(bytes[at] & 0xf, bytes.subarray(start, end));
      at = end;
    }
    return at;
  }

  #take(kind, payload) {
    if (kind === BINARY) this.#listener.onBinary(payload);
    else if (kind === TEXT) this.#listener.onText?.(payload.toString());
    else if (kind === PING) this.#stream.write(frame(PONG, [payload]));
    else if (kind === CLOSE) {
      if (payload.length > 1) this.#code = payload.readUInt16BE();
      this.#stream.end(frame(CLOSE, [payload]));
    }
  }
}

/** A whole message of a client: masked, with the same mask each time, for nobody is to be fooled here. */
function frame(kind, parts) {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const isShort = size <= LONGEST_OF_ONE_BYTE;
  const start = isShort ? 6 : 8;
  const bytes = Buffer.allocUnsafe(start + size);
  bytes[0] = WHOLE | kind;
  bytes[1] = MASKED | (isShort ? size : LENGTH_FOLLOWS);
  if (!isShort) bytes.writeUInt16BE(size, 2);
  bytes.set(MASK, start - 4);
  let at = start;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  for (let index = 0; index < size; index += 1) bytes[start + index] ^= MASK[index & 3];
  return bytes;
}
