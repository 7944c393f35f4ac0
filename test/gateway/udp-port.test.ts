import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createGateway, type GatewayLogEntry } from '../../src/gateway/index.js';
import { takeUdpPort } from '../../src/gateway/udp-port.js';
import { FakeSeats } from '../support/fake-seats.js';
import { startGateway } from '../support/gateway-stack.js';
import { udpOf } from '../support/raw-data-channel.js';
import { refuseUdpSockets } from '../support/refuse-udp-sockets.js';
import { until } from '../support/until.js';

describe('the gateway’s UDP port', () => {
  it('is one of IPv4 alone on a machine without IPv6', async () => {
    using _machine = refuseUdpSockets(['udp6'], 'EAFNOSUPPORT');
    await using stack = await startGateway({ udp: { port: 0, address: '127.0.0.1' } });
    const page = await stack.open(await stack.seat(0));
    const problems = () => stack.log.filter(({ what }) => what === 'no-data-channels');
    await until(() => udpOf(page).length + problems().length > 0);
    expect(problems()).toEqual([]);
    expect(udpOf(page)[0]?.port).toBeGreaterThan(0);
  });

  it('is taken where somebody has it for one family only', async () => {
    const other = createSocket('udp4').bind(0);
    await once(other, 'listening');
    const { port } = other.address();
    await expect(takeUdpPort(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.close();
  });

  it('is said to be refused, not taken, where the system does not give it', async () => {
    using _machine = refuseUdpSockets(['udp4', 'udp6'], 'EACCES');
    const log: GatewayLogEntry[] = [];
    const gateway = createGateway({
      seats: new FakeSeats(),
      udp: { port: 443 },
      log: (entry) => log.push(entry),
    });
    await until(() => log.length > 0);
    expect(log).toMatchObject([{ what: 'no-data-channels', why: 'port-refused' }]);
    await gateway.close();
  });
});
