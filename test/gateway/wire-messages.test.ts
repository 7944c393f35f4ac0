import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeFrame, LARGEST_FRAME } from '../../src/channel-protocol/frame.js';
import { datagramMessage, textMessage } from '../../src/gateway/wire-messages.js';

const server = createServer();
const sockets = new WebSocketServer({ noServer: true });
let message: Buffer = Buffer.alloc(0);

beforeAll(async () => {
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, () => socket.end(message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => server.close());

/** What a WebSocket's client makes of the bytes, when nothing comes behind them. */
async function received(bytes: Buffer): Promise<{ bytes: Buffer; isBinary: boolean }> {
  message = bytes;
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const messages: { bytes: Buffer; isBinary: boolean }[] = [];
  client.on('message', (data, isBinary) => messages.push({ bytes: data as Buffer, isBinary }));
  await once(client, 'close');
  expect(messages).toHaveLength(1);
  return messages[0] as (typeof messages)[0];
}

// The size of a message takes another byte or two from 126 on.
const SIZES = [2, 125, 126, 127, LARGEST_FRAME - 4];

describe('a datagram to a page', () => {
  it.each(SIZES)('is one binary message of %i bytes: time and payload', async (size) => {
    const payload = Uint8Array.from({ length: size - 2 }, (_, index) => index);
    const { bytes, isBinary } = await received(datagramMessage(70_000.5, undefined, payload));
    expect(isBinary).toBe(true);
    expect([...bytes]).toEqual([...encodeFrame(70_000, undefined, payload)]);
  });

  it('names the client on the host’s wire', async () => {
    const payload = Uint8Array.of(1, 2, 3);
    const { bytes } = await received(datagramMessage(7, 0xffff_fffe, payload));
    expect([...bytes]).toEqual([7, 0, 0xfe, 0xff, 0xff, 0xff, 1, 2, 3]);
  });
});

describe('a text to a page', () => {
  it.each([0, 125, 126, 1_200])('is one message of %i characters', async (size) => {
    const { bytes, isBinary } = await received(textMessage('x'.repeat(size)));
    expect(isBinary).toBe(false);
    expect(bytes.toString()).toBe('x'.repeat(size));
  });

  it('may have characters of more than one byte', async () => {
    const { bytes } = await received(textMessage('é'.repeat(63)));
    expect(bytes.toString()).toBe('é'.repeat(63));
  });
});
