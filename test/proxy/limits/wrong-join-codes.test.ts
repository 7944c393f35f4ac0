import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '../../../src/proxy/limits/default-limits.js';
import { WrongJoinCodes } from '../../../src/proxy/limits/wrong-join-codes.js';
import { createPrometheusMetrics } from '../../../src/proxy/node.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import type { Store } from '../../../src/proxy/store/store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { PlayerFrom, TRUSTING } from '../../support/player-from.js';
import { startStack } from '../../support/stack.js';

const settle = async () => {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

const hit = async () => 'a session';
const miss = async () => undefined;
const rateLimited = { status: 429, code: 'rate-limited' };

/** Guesses on a clock that stands still. */
function start(
  limits: Partial<Limits> = {},
  clock = new FakeClock(),
  store: Store = new MemoryStore(clock),
) {
  const told: string[] = [];
  let misses = 0;
  const guesses = new WrongJoinCodes({
    limits: { ...DEFAULT_LIMITS, ...limits },
    store,
    clock,
    onMiss: () => {
      misses += 1;
    },
    onFlood: (message) => told.push(message),
  });
  const never = () => new AbortController().signal;
  return {
    clock,
    store,
    guesses,
    told,
    misses: () => misses,
    look: (client: string, what: () => Promise<string | undefined> = hit, signal = never()) =>
      guesses.look(client, signal, what),
    /** How many wrong guesses are let through. */
    async guess(count: number, address: (index: number) => string) {
      const before = misses;
      for (let index = 0; index < count; index += 1) {
        await guesses.look(address(index), never(), miss).catch((error) => {
          expect(error).toMatchObject(rateLimited);
        });
      }
      return misses - before;
    },
  };
}

describe('wrong guesses', () => {
  it.each([
    ['an IPv4 address', () => '8.8.8.8', 1],
    ['an IPv6 network of 64 bits', (index: number) => `2606:4700:0:1::${index}`, 1],
    ['one of 56 bits', (index: number) => `2606:4700:0:${(index % 256).toString(16)}::1`, 4],
    ['one of 48 bits', (index: number) => `2606:4700:0:${index.toString(16)}00::1`, 16],
  ])('are so many a minute for %s', async (_name, address, share) => {
    const { clock, guess } = start({ joinMissesPerIp: 3 });
    expect(await guess(200, address)).toBe(3 * share);
    clock.advance(60_000);
    expect(await guess(200, address)).toBe(3 * share);
  });

  it('leave neighbours theirs, however often one is refused', async () => {
    const { guess } = start({ joinMissesPerIp: 3 });
    expect(await guess(500, () => '2606:4700:0:1::1')).toBe(3);
    expect(await guess(3, () => '2606:4700:0:2::1')).toBe(3);
  });

  it('leave nothing behind for the many networks of one that is refused', async () => {
    const { guess, store } = start({ joinMissesPerIp: 3 });
    await guess(100, (index) => `2606:4700:0:${index.toString(16)}00::1`);
    const { size } = store as MemoryStore;
    await guess(1_000, (index) => `2606:4700:0:${(index + 0x6400).toString(16)}::1`);
    expect(size).toBe((store as MemoryStore).size);
  });

  it('of one network do not make right ones of it wrong', async () => {
    const { look } = start({ joinMissesPerIp: 3 });
    for (let index = 0; index < 200; index += 1) {
      expect(await look(`2606:4700:0:1::${index.toString(16)}`)).toBe('a session');
    }
  });
});

describe('too many wrong guesses in total', () => {
  /** Guesses of which there were too many. */
  async function startSlow(clock?: FakeClock, store?: Store) {
    const started = start({ joinMissesInTotal: 50 }, clock, store);
    await started.guess(50, (index) => `8.8.${index}.8`);
    return started;
  }

  it('slow all joins down, right ones too, and those succeed', async () => {
    const { clock, look } = await startSlow();
    let found = 0;
    for (let index = 0; index < 60; index += 1) {
      void look(`9.9.${index}.9`).then(() => {
        found += 1;
      });
    }
    await settle();
    expect(found).toBe(20);
    clock.advance(1_000);
    await settle();
    expect(found).toBe(40);
    clock.advance(1_000);
    await settle();
    expect(found).toBe(60);
  });

  it('let no more than twenty a second be tried, from however many networks', async () => {
    const { clock, look, misses } = await startSlow();
    const before = misses();
    for (let second = 0; second < 10; second += 1) {
      for (let index = 0; index < 400; index += 1) {
        const address = `2606:${second.toString(16)}:${index.toString(16)}::1`;
        void look(address, miss).catch(() => {});
      }
      await settle();
      clock.advance(1_000);
      await settle();
    }
    expect(misses() - before).toBeLessThanOrEqual(20 * 11);
  });

  it('make one network that goes on wait for itself, not others for it', async () => {
    const { clock, look } = await startSlow();
    for (let index = 0; index < 20; index += 1) await look(`7.7.${index}.7`);
    const order: string[] = [];
    const come = (name: string, address: string) =>
      look(address, async () => {
        order.push(name);
        return undefined;
      }).catch((error) => {
        expect(error).toMatchObject(rateLimited);
      });
    for (let index = 0; index < 100; index += 1) void come('flood', `2606:4700:0:${index}::1`);
    void come('ada', '9.9.9.9');
    await settle();
    clock.advance(100);
    await settle();
    expect(order.toSorted()).toEqual(['ada', 'flood']);
    clock.advance(10_000);
    await settle();
    // No more of one network wait at once.
    expect(order).toHaveLength(9);
  });

  it('let no more than two hundred wait', async () => {
    const { clock, look } = await startSlow();
    for (let index = 0; index < 20; index += 1) await look(`7.7.${index}.7`);
    let refused = 0;
    let found = 0;
    for (let index = 0; index < 300; index += 1) {
      const looking = look(`guest ${index}`);
      void looking.then(
        () => {
          found += 1;
        },
        () => {
          refused += 1;
        },
      );
    }
    await settle();
    expect([found, refused]).toEqual([0, 100]);
    clock.advance(10_000);
    await settle();
    expect([found, refused]).toEqual([200, 100]);
  });

  it('are told of once a minute, in words for the log', async () => {
    const { clock, guess, told } = await startSlow();
    await guess(10, (index) => `7.7.${index}.7`);
    expect(told).toEqual([expect.stringContaining('More than 50 wrong join codes')]);
    clock.advance(60_000);
    await guess(51, (index) => `7.8.${index}.7`);
    expect(told).toHaveLength(2);
  });

  it('count for all instances, and for a minute', async () => {
    const clock = new FakeClock();
    const { guesses, store } = await startSlow(clock, new MemoryStore(clock));
    const other = start({ joinMissesInTotal: 50 }, clock, store);
    expect([await guesses.isSlow(), await other.guesses.isSlow()]).toEqual([true, true]);
    clock.advance(60_000);
    expect([await guesses.isSlow(), await other.guesses.isSlow()]).toEqual([false, false]);
  });

  it('keep nobody waiting who goes, nor anybody once the proxy stops', async () => {
    const { clock, guesses, look } = await startSlow();
    for (let index = 0; index < 20; index += 1) await look(`7.7.${index}.7`);
    const leaving = new AbortController();
    const given = look('9.9.9.9', hit, leaving.signal);
    const waiting = look('9.9.9.8');
    await settle();
    leaving.abort();
    await expect(given).rejects.toMatchObject(rateLimited);
    clock.advance(50);
    expect(await waiting).toBe('a session');
    const late = look('9.9.9.7');
    await settle();
    guesses.close();
    await expect(late).rejects.toMatchObject(rateLimited);
  });
});

it('the log and the figures tell of many wrong join codes, and who has the right one gets in', async () => {
  const metrics = createPrometheusMetrics();
  const log: LogEntry[] = [];
  const limits = { joinMissesInTotal: 5, joinMissesPerIp: 2 };
  await using stack = await startStack(
    {},
    { ...TRUSTING, metrics, limits, log: (entry) => log.push(entry) },
  );
  const { proxyUrl } = stack;
  const figures = async () => (await (await fetch(`${proxyUrl}/metrics`)).text()).split('\n');
  expect(await figures()).toContain('relais_join_misses_total 0');
  expect(await figures()).toContain('relais_joins_slowed 0');
  const host = await PlayerFrom.guestFrom(proxyUrl, '9.9.9.9');
  const { join_code } = (await host.create()).body;
  const statuses: number[] = [];
  for (let index = 0; index < 6; index += 1) {
    const guesser = await PlayerFrom.guestFrom(proxyUrl, `2606:4700:${Math.floor(index / 2)}::1`);
    const wrong = index % 2 ? { join_code: '66666666' } : { session_id: 'nobody-knows-it-S' };
    statuses.push((await guesser.join(wrong)).status);
  }
  expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
  expect(await figures()).toContain('relais_join_misses_total 6');
  expect(await figures()).toContain('relais_joins_slowed 1');
  const failures = log.filter(({ event }) => event === 'failure');
  expect(failures).toHaveLength(1);
  expect(JSON.stringify(failures)).toContain('wrong join codes');
  expect(JSON.stringify(failures)).not.toContain('2606');
  const friend = await PlayerFrom.guestFrom(proxyUrl, '7.7.7.7');
  expect((await friend.join({ join_code })).status).toBe(200);
});
