import { describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway-stack.js';
import { until } from '../support/until.js';

describe('a page at the gateway', () => {
  it('is greeted, told of its relay, and plays with another page', async () => {
    await using stack = await startGateway({ url: 'wss://here.example/v1/channel' });
    const host = await stack.open(await stack.seat(0));
    const client = await stack.open(await stack.seat(1), { origin: 'https://game.example' });
    expect(host.socket.protocol).toBe('relais.v1');
    expect([host.messages[0], client.messages[0]]).toEqual([
      {
        type: 'hello',
        version: 1,
        url: 'wss://here.example/v1/channel',
        role: 'server',
        returned: false,
        received: 0,
        sent: 0,
      },
      {
        type: 'hello',
        version: 1,
        url: 'wss://here.example/v1/channel',
        role: 'client',
        returned: false,
        received: 0,
        sent: 0,
      },
    ]);
    await Promise.all([host.whenOpen(), client.whenOpen()]);
    host.onDatagram = (payload, id) => host.send(payload, id);
    client.send(Buffer.from('hello'));
    await until(() => client.datagrams.length === 1);
    expect(host.datagrams).toEqual([{ payload: Buffer.from('hello'), connectionId: 1 }]);
    expect(client.datagrams).toEqual([{ payload: Buffer.from('hello'), connectionId: undefined }]);
  });
});
