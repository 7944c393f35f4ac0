import { describe, expect, it } from 'vitest';
import { nextTryDelay } from '../../src/common/next-try-delay.js';
import { completeLimits } from '../../src/gateway/gateway-options.js';
import { WireLimits } from '../../src/gateway/wire-limits.js';
import { FakeClock } from '../support/fake-clock.js';
import { startGateway } from '../support/gateway-stack.js';
import { until } from '../support/until.js';

// How often wires may be opened, and what a new one does not change.

describe('a seat', () => {
  it('that opens wire after wire is told 4429, and the one that it has plays on', async () => {
    await using stack = await startGateway({ limits: { openingsPerSeat: 5 } });
    const seat = await stack.seat(1);
    for (let round = 0; round < 4; round += 1) {
      const page = await stack.open(seat);
      page.close();
      await until(() => stack.gateway.stats().wires === 0);
    }
    const last = await (await stack.open(seat)).whenOpen();
    for (let round = 0; round < 3; round += 1) {
      const more = stack.come({ ticket: seat.tickets[0] ?? '' });
      expect(await more.whenClosed()).toEqual({ code: 4429, reason: 'openings' });
    }
    expect([last.closed, last.state]).toEqual([undefined, 'open']);
    expect([seat.follows, stack.log.at(-1)?.why]).toEqual([5, 'openings']);
    // Another seat is not to blame, and it is forgiven.
    await stack.open(await stack.seat(0));
    stack.clock.advance(10_000);
    await stack.open(seat);
    expect(await last.whenClosed()).toEqual({ code: 4409, reason: 'replaced' });
  });

  it('that loses each wire at once and comes back by the documented delays is never refused', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    // The shortest that it may be.
    stack.clock.chance = 0;
    const delay = nextTryDelay(1, stack.clock);
    for (let round = 0; round < 120; round += 1) {
      const page = await stack.open(seat);
      page.cut();
      await until(() => stack.gateway.stats().wires === 0);
      stack.clock.advance(delay);
    }
    expect(stack.log.some(({ what }) => what === 'refused')).toBe(false);
  }, 60_000);

  it.each(['cut', 'close'] as const)(
    'gets no new rate with a new wire after it has %s the one before',
    async (end) => {
      await using stack = await startGateway({ limits: { datagramsPerSecond: 100 } });
      const seat = await stack.seat(1);
      const first = await (await stack.open(seat)).whenOpen();
      for (let count = 0; count < 80; count += 1) first.send(Buffer.alloc(10));
      await until(() => stack.gateway.stats().fromPage.sent === 80);
      first[end]();
      await until(() => stack.gateway.stats().wires === 0);
      const second = await (await stack.open(seat)).whenOpen();
      for (let count = 0; count < 80; count += 1) second.send(Buffer.alloc(10));
      // From there on it is not read.
      await until(() => stack.gateway.stats().fromPage.dropped.rate > 0);
      expect(stack.gateway.stats().fromPage.sent).toBe(100);
    },
  );
});

describe('an address', () => {
  it('that opens too many is told 4429, then nothing at all, until it has waited', async () => {
    await using stack = await startGateway({ limits: { openingsPerAddress: 3 } });
    const seat = await stack.seat(1);
    const from = (address: string) =>
      stack.come({ ticket: seat.tickets[0] ?? '', headers: { 'x-forwarded-for': address } });
    const closings: (number | undefined)[] = [];
    for (let count = 0; count < 8; count += 1) {
      const page = from('192.0.2.1');
      await until(() => page.messages.length > 0 || page.closed !== undefined);
      page.cut();
      closings.push(page.messages.length > 0 ? undefined : page.closed?.code);
      await until(() => stack.gateway.stats().wires === 0);
    }
    expect(closings).toEqual([undefined, undefined, undefined, 4429, 4429, 4429, 1006, 1006]);
    const other = from('192.0.2.2');
    await until(() => other.messages.length > 0);
    stack.clock.advance(15_000);
    const again = from('192.0.2.1');
    await until(() => again.messages.length > 0);
  });

  it('of 256 pages whose tries all fail, by the documented delays, is never refused', () => {
    const clock = new FakeClock();
    clock.chance = 0;
    const limits = new WireLimits(completeLimits({ handshakes: 1_000_000 }));
    const tries = Array.from({ length: 256 }, () => ({ count: 0, at: 0 }));
    let refused = 0;
    for (let now = 0; now < 300_000; now += 50) {
      for (const page of tries.filter(({ at }) => at <= now)) {
        const place = limits.admit('192.0.2.1', now);
        if (!place || place.excess) refused += 1;
        place?.leave();
        page.count += 1;
        page.at = now + nextTryDelay(page.count, clock);
      }
    }
    expect(refused).toBe(0);
  });
});
