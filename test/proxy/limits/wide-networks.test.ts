import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/proxy/limits/default-limits.js';
import { Limiter } from '../../../src/proxy/limits/limiter.js';
import { MinuteCounts } from '../../../src/proxy/limits/minute-counts.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';

const never = () => new AbortController().signal;
const LIMIT = 3;

/** Limits of three, on a clock that stands still. */
function start() {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const few = { requestsPerIp: LIMIT, guestsPerIp: LIMIT, createsPerIp: LIMIT };
  const limiter = new Limiter({ ...DEFAULT_LIMITS, ...few }, store, clock);
  let players = 0;
  const kinds = {
    requests: async (address: string) => limiter.countAddress(address),
    guests: (address: string) => limiter.countGuest(address, never()),
    creates: (address: string) => {
      players += 1;
      return limiter.countCreate(`player ${players}`, address);
    },
  };
  /** How many of so many are let through. */
  const times = async (
    kind: keyof typeof kinds,
    count: number,
    address: (index: number) => string,
  ): Promise<number> => {
    let passed = 0;
    for (let index = 0; index < count; index += 1) {
      try {
        await kinds[kind](address(index));
        passed += 1;
      } catch (error) {
        expect(error).toMatchObject({ status: 429 });
      }
    }
    return passed;
  };
  return { clock, store, times };
}

describe.each(['requests', 'guests', 'creates'] as const)('the limit on %s', (kind) => {
  it.each([
    ['an IPv4 address', () => '8.8.8.8', 1],
    ['an IPv6 network of 64 bits', (index: number) => `2606:4700:0:1::${index}`, 1],
    ['one of 56 bits', (index: number) => `2606:4700:0:${(index % 256).toString(16)}::1`, 4],
    ['one of 48 bits', (index: number) => `2606:4700:0:${index.toString(16)}00::1`, 16],
  ])('holds for %s', async (_name, address, share) => {
    const { times } = start();
    expect(await times(kind, 200, address)).toBe(LIMIT * share);
  });

  it('leaves neighbours theirs, however often one is refused', async () => {
    const { times } = start();
    expect(await times(kind, 500, () => '2606:4700:0:1::1')).toBe(LIMIT);
    expect(await times(kind, LIMIT, () => '2606:4700:0:2::1')).toBe(LIMIT);
    expect(await times(kind, LIMIT, () => '2606:4700:0:100::1')).toBe(LIMIT);
  });
});

it.each(['guests', 'creates'] as const)(
  'whoever has many addresses leaves no count of %s behind once they are refused',
  async (kind) => {
    const { clock, store, times } = start();
    await times(kind, 1_000, (index) => `2606:4700:0:${index.toString(16)}::1`);
    // The counts that last a minute, of the players, are gone.
    clock.advance(2 * 60_000);
    const counts = store.size;
    await times(kind, 10_000, (index) => `2606:4700:0:${(1_000 + index).toString(16)}::1`);
    clock.advance(2 * 60_000);
    expect(store.size).toBe(counts);
  },
);

it('more guests than there may be in an hour come in slowly', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const limiter = new Limiter({ ...DEFAULT_LIMITS, guestsInTotal: 5 }, store, clock);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  let admitted = 0;
  const come = async (index: number) => {
    await limiter.countGuest(`8.8.${index}.8`, never());
    admitted += 1;
  };
  for (let index = 0; index < 5; index += 1) await come(index);
  // What may come at once after a quiet second, and then 20 a second.
  for (let index = 5; index < 65; index += 1) void come(index);
  await settle();
  expect(admitted).toBe(25);
  clock.advance(1_000);
  await settle();
  expect(admitted).toBe(45);
  clock.advance(1_000);
  await settle();
  expect(admitted).toBe(65);
});

it('counts of a minute stay few, however many addresses come, and keep those that come again and again', () => {
  const counts = new MinuteCounts(new FakeClock());
  for (let index = 0; index < 250_000; index += 1) {
    counts.add(String(index));
    if (index % 1_000 === 0) counts.add('again and again');
  }
  expect(counts.size).toBeLessThanOrEqual(100_000);
  expect(counts.of('again and again')).toBe(250);
});
