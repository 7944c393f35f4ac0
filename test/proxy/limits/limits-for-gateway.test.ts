import { expect, it } from 'vitest';
import { completeLimits } from '../../../src/gateway/gateway-options.js';
import { WireLimits } from '../../../src/gateway/wire-limits.js';
import { HeldCounts } from '../../../src/proxy/limits/held-counts.js';
import { LimitsForGateway } from '../../../src/proxy/limits/limits-for-gateway.js';
import { LimitChannel } from '../../../src/proxy/store/limit-news.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';

const ADDRESS = '192.0.2.1';

/** The wires of three processes that share a store. */
function startThree() {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const limits = completeLimits({ wiresPerAddress: 10, openingsPerAddress: 40 });
  return {
    clock,
    gateways: Array.from({ length: 3 }, () => {
      const channel = new LimitChannel(store);
      const shared = new LimitsForGateway(new HeldCounts(channel, clock), channel, clock);
      const wires = new WireLimits(limits, shared, clock);
      return (address = ADDRESS) => wires.admit(address, clock.monotonic());
    }),
  };
}

it('an address has twice as many wires at all processes together as at one, for they may be moving', () => {
  const { clock, gateways } = startThree();
  const [first, second, third] = gateways;
  const open = (at: typeof first, count: number) => Array.from({ length: count }, () => at?.());
  const [moving] = [open(first, 10), open(second, 10)];
  expect([first?.()?.excess, second?.()?.excess]).toEqual(['wires', 'wires']);
  clock.advance(1_000);
  expect(third?.()?.excess).toBe('wires');
  expect(third?.('192.0.2.2')?.excess).toBeUndefined();
  // Those of one have come to the third.
  for (const place of moving) place?.leave();
  clock.advance(0);
  expect(open(third, 8).map((place) => place?.excess)).toEqual(Array(8).fill(undefined));
});

it('an address that opens wires at one process has fewer left at the others, for ten seconds', () => {
  const { clock, gateways } = startThree();
  const [first, second] = gateways;
  const opened = (at: typeof first, count: number) => {
    let admitted = 0;
    for (let index = 0; index < count; index += 1) {
      const place = at?.();
      if (place && !place.excess) admitted += 1;
      place?.leave();
    }
    return admitted;
  };
  expect(opened(first, 30)).toBe(30);
  clock.advance(1_000);
  // What is forgiven in a second is four.
  expect(opened(second, 40)).toBe(10);
  clock.advance(20_000);
  expect(opened(second, 60)).toBe(40);
});
