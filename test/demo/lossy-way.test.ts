import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { LossyWay } from '../../demo/server/lossy-way.js';

const HOSTNAME = '127.0.0.1';

describe('the lossy way of the demo', () => {
  it('by TCP carries all in its order, however much is lost', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(
      0,
      HOSTNAME,
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const way = await LossyWay.open({ hostname: HOSTNAME, tcp: port, udp: 9 });
    way.loss = 1;
    const socket = connect(way.tcpPort, HOSTNAME);
    socket.write('first, ');
    socket.end('second');
    expect(await text(socket)).toBe('first, second');
    way.close();
    server.close();
  });

  it('by UDP loses what is lost, carries answers back, and carries nothing while it is blocked', async () => {
    const echo = createSocket('udp4').bind(0, HOSTNAME);
    await once(echo, 'listening');
    echo.on('message', (packet, { port }) => echo.send(packet, port, HOSTNAME));
    const way = await LossyWay.open({ hostname: HOSTNAME, tcp: 9, udp: echo.address().port });
    const page = createSocket('udp4').bind(0, HOSTNAME);
    const say = (packet: string) => page.send(packet, way.udpPort, HOSTNAME);
    const heard: string[] = [];
    const next = async () => heard.push(String((await once(page, 'message'))[0]));
    way.loss = 1;
    say('lost');
    // Its turn comes before the next one is sent.
    await new Promise((resolve) => setTimeout(resolve, 50));
    way.loss = 0;
    way.blockUdp(60_000);
    say('blocked');
    await new Promise((resolve) => setTimeout(resolve, 50));
    way.mend();
    const arrived = next();
    say('carried');
    await arrived;
    expect(heard).toEqual(['carried']);
    page.close();
    way.close();
    echo.close();
  });
});
