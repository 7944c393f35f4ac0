import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { encodeFrame } from '../../src/channel-protocol/frame.js';
import { systemClock } from '../../src/common/clock.js';
import { type GatewayStack, startGateway } from '../support/gateway-stack.js';
import { PageClient } from '../support/page-client.js';
import { openRawDataChannel } from '../support/raw-data-channel.js';
import { until } from '../support/until.js';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

/** How a page goes: it closes its data channel first, or its WebSocket, or vanishes without a word. */
const WAYS = ['data channel', 'WebSocket', 'nothing'] as const;

const AT_ONCE = 20;

/** Pages that come, send and get some datagrams, and go; with messages still under way. */
async function comeAndGo(stack: GatewayStack, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    // A seat may not offer so many.
    stack.log.length = 0;
    const seats = await Promise.all(Array.from({ length: AT_ONCE }, () => stack.seat(1)));
    await Promise.all(
      seats.map(async (seat, index) => {
        const page = await PageClient.open(stack.url, seat.tickets[0] ?? '');
        const data = await openRawDataChannel(page);
        for (let number = 0; number < 20; number += 1) {
          const frame = encodeFrame(systemClock.monotonic(), undefined, new Uint8Array(200));
          data.channel.sendMessageBinary(frame);
        }
        const way = WAYS[index % WAYS.length];
        if (way === 'data channel') data.close();
        if (way !== 'nothing') page.close(1000);
        page.cut();
        seat.end('ended');
        data.close();
        await until(() => data.isClosed);
      }),
    );
  }
  await until(() => stack.gateway.stats().dataChannels === 0);
}

/** What the process holds, once nothing moves. */
async function held() {
  for (let round = 0; round < 5; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    rss: process.memoryUsage().rss / 2 ** 20,
    heap: process.memoryUsage().heapUsed / 2 ** 20,
    threads: readdirSync('/proc/self/task').length,
    files: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().length,
  };
}

it.runIf(process.platform === 'linux')(
  'a thousand data channels that come and go leave no memory, handle or thread behind',
  async () => {
    await using stack = await startGateway({
      udp: { port: 0, address: '127.0.0.1' },
      clock: systemClock,
      limits: { openingsPerSeat: 10_000 },
    });
    await comeAndGo(stack, 400);
    const before = await held();
    await comeAndGo(stack, 1_000);
    const after = await held();
    process.stdout.write(`${JSON.stringify({ before, after })}\n`);
    expect(after.threads).toBeLessThanOrEqual(before.threads);
    expect(after.files).toBeLessThanOrEqual(before.files + 5);
    expect(after.handles).toBeLessThanOrEqual(before.handles + 5);
    expect(after.heap - before.heap).toBeLessThan(5);
    expect(after.rss - before.rss).toBeLessThan(20);
  },
  180_000,
);
