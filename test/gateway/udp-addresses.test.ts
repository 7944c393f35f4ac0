import { describe, expect, it } from 'vitest';
import {
  createGateway,
  type GatewayLogEntry,
  type GatewayOptions,
} from '../../src/gateway/index.js';
import { FakeSeats } from '../support/fake-seats.js';
import { startGateway } from '../support/gateway-stack.js';
import { udpOf } from '../support/raw-data-channel.js';

/** What a gateway has said once its data channels are there, or cannot be. */
async function linesOf(options: Partial<GatewayOptions>): Promise<GatewayLogEntry[]> {
  const log: GatewayLogEntry[] = [];
  const gateway = createGateway({
    seats: new FakeSeats(),
    log: (entry) => log.push(entry),
    ...options,
  });
  // It waits for them.
  await gateway.close();
  return log;
}

const TODO = expect.stringMatching(/RELAIS_GATEWAY_UDP_ADDRESS.+udp\.address/);

describe('a gateway with data channels that no page on the internet reaches', () => {
  it.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['172.17.0.2'],
    ['192.168.1.9'],
    ['100.64.0.1'],
    ['169.254.1.1'],
    ['0.0.0.0'],
    ['::1'],
    ['fd00::1'],
    ['::ffff:10.1.2.3'],
  ])('says so once, and what to do: %s', async (address) => {
    const log = await linesOf({ udp: { port: 0, address } });
    expect(log).toMatchObject([{ what: 'private-addresses', todo: TODO }]);
    expect(JSON.stringify(log)).not.toContain(address);
  });

  it('says that it has none where it knows no address at all, and tells pages nothing', async () => {
    const log = await linesOf({ udp: { port: 0, address: [] } });
    expect(log).toMatchObject([{ what: 'no-data-channels', why: 'no-address', todo: TODO }]);
    await using stack = await startGateway({ udp: { port: 0, address: [] } });
    const page = await stack.open(await stack.seat(0));
    await page.whenOpen();
    expect(udpOf(page)).toEqual([]);
  });

  it('says nothing where one of several is public, nor in development', async () => {
    const some = await linesOf({ udp: { port: 0, address: ['10.1.2.3', '8.8.8.8'] } });
    const six = await linesOf({ udp: { port: 0, address: '2606:4700::1' } });
    const development = await linesOf({ udp: { port: 0 }, development: true });
    expect([some, six, development]).toEqual([[], [], []]);
  });
});
