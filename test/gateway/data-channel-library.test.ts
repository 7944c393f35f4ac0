import { expect, it, vi } from 'vitest';
import { startGateway } from '../support/gateway-stack.js';
import { udpOf } from '../support/raw-data-channel.js';
import { until } from '../support/until.js';

// A version from before several peers could share one port.
vi.mock('node-datachannel', async (original) => {
  const { IceUdpMuxListener, setSctpSettings, ...old } = await original<
    object & { [name: string]: unknown }
  >();
  return old;
});

it('a gateway whose node-datachannel is too old says so once, and serves WebSockets', async () => {
  await using stack = await startGateway({ udp: { port: 0, address: '127.0.0.1' } });
  const page = await stack.open(await stack.seat(0));
  await page.whenOpen();
  await until(() => stack.log.some(({ what }) => what === 'no-data-channels'));
  const told = stack.log.filter(({ what }) => what === 'no-data-channels');
  expect(told.map(({ why }) => why)).toEqual(['does-not-load']);
  expect(udpOf(page)).toEqual([]);
});
