import { describe, expect, it } from 'vitest';
import type { RelayApi } from '../../src/api/relay-api.js';
import { type Clock, systemClock } from '../../src/common/clock.js';
import { createRelayProxy } from '../../src/proxy/index.js';
import { MemoryStore } from '../../src/proxy/store/memory-store.js';
import { Chores } from '../../src/proxy/upkeep/chores.js';
import { Leases } from '../../src/proxy/upkeep/leases.js';
import { FakeClock } from '../support/fake-clock.js';
import { GameClient } from '../support/game-client.js';
import { startStack } from '../support/stack.js';
import { wrapStore } from '../support/wrap-store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LEASE = 120_000;

/** The same time as another clock's, but for the wall clock: that one is off. */
const off = (clock: Clock, by: number): Clock => ({
  now: () => clock.now() + by,
  monotonic: () => clock.monotonic(),
  setTimeout: (callback, delay) => clock.setTimeout(callback, delay),
  clearTimeout: (timer) => clock.clearTimeout(timer),
  random: () => clock.random(),
});

/** A store whose own clock can be set, as a database server's can. */
function settable(clock: Clock) {
  let shift = 0;
  const memory = new MemoryStore({
    ...off(clock, 0),
    // From this the store in memory counts its own time.
    monotonic: () => clock.monotonic() + shift,
  });
  const store = wrapStore(memory);
  return {
    memory,
    store,
    set: (by: number) => {
      shift += by;
    },
  };
}

describe('a wall clock that is set', () => {
  it.each([
    ['back 45 s', -45_000],
    ['back a day', -DAY],
    ['forward an hour', HOUR],
    ['forward a day', DAY],
  ])(
    '%s holds nothing up, ends no match, and keeps none for ever',
    async (_, by) => {
      const clock = new FakeClock();
      await using stack = await startStack({ linkDelay: 10 }, { clock });
      const { proxyUrl, simulator } = stack;
      const host = await GameClient.guest(proxyUrl);
      const silent = await GameClient.guest(proxyUrl);
      const session = (await host.create()).body;
      await silent.create();
      clock.set(by);
      // The next create, and its link.
      const next = await GameClient.guest(proxyUrl);
      const created = await next.create();
      expect(created.status).toBe(200);
      const link = async () => {
        clock.advance(500);
        return (await next.get(created.body)).body.linked;
      };
      await expect.poll(link, { interval: 5, timeout: 2_000 }).toBe(true);
      // One lease, in which two ask and one is silent.
      const open = () => simulator.sessions().map(({ session_id }) => session_id);
      const play = async () => {
        clock.advance(4_000);
        const statuses = [(await host.get(session)).status, (await next.get(created.body)).status];
        expect(statuses).toEqual([200, 200]);
        return open();
      };
      for (let passed = 0; passed < 110_000; passed += 4_000) expect(await play()).toHaveLength(3);
      await expect
        .poll(play, { interval: 5, timeout: 10_000 })
        .toEqual([session.session_id, created.body.session_id]);
      expect(clock.monotonic() - Date.parse('2026-01-01T00:00:00Z')).toBeLessThan(1.5 * LEASE);
    },
    30_000,
  );

  it.each([-DAY, -45_000, HOUR])(
    'by %d ms takes no login, ticket or guest token from players',
    async (by) => {
      const clock = new FakeClock();
      await using stack = await startStack({ linkDelay: 10 }, { clock });
      const host = await GameClient.guest(stack.proxyUrl);
      const session = (await host.create()).body;
      clock.set(by);
      expect((await host.get(session)).status).toBe(200);
      const later = await GameClient.guest(stack.proxyUrl);
      expect((await later.join({ session_id: session.session_id })).status).toBe(200);
      clock.set(-by);
      expect((await host.create()).status).toBe(200);
      expect((await later.create()).status).toBe(200);
    },
  );
});

describe('the clocks of instances', () => {
  it.each([0.9, -0.9, 100])(
    'that differ by %d of a lease end no live match',
    async (part) => {
      const clock = new FakeClock();
      const store = new MemoryStore(clock);
      const shared = { secrets: ['a secret that all instances share 12'], store: wrapStore(store) };
      await using one = await startStack({ linkDelay: 10 }, { ...shared, clock });
      const { edgegap, simulator } = one;
      await using other = await startStack(
        {},
        { ...shared, edgegap, clock: off(clock, part * LEASE) },
      );
      const hosts = [await GameClient.guest(one.proxyUrl), await GameClient.guest(one.proxyUrl)];
      const sessions = [];
      for (const [index, host] of hosts.entries()) {
        // Each keeps to one of the instances.
        if (index === 1) Object.assign(host, { url: other.proxyUrl });
        sessions.push((await host.create()).body);
      }
      for (let passed = 0; passed < 2 * LEASE; passed += 4_000) {
        clock.advance(4_000);
        for (const [index, host] of hosts.entries()) {
          expect((await host.get(sessions[index])).status).toBe(200);
        }
      }
      expect(simulator.sessions()).toHaveLength(2);
      // Who goes is missed after one lease, on whichever clock.
      const pass = () => {
        clock.advance(2_000);
        return simulator.sessions().length;
      };
      await expect.poll(pass, { interval: 5, timeout: 10_000 }).toBe(0);
    },
    30_000,
  );
});

describe('a store’s own clock that is set', () => {
  const leases = Array.from({ length: 45 }, (_, index) => ({
    sessionId: `s${index}`,
    holder: 'host',
  }));

  async function setUp() {
    const clock = new FakeClock();
    const { memory, store, set } = settable(clock);
    const kept = new Leases(store, clock, LEASE);
    for (const lease of leases) await kept.renew(lease);
    /** Looks every two seconds, as the reaper does; how many ran out. */
    const look = async (time: number, at = kept): Promise<number> => {
      let count = 0;
      for (let passed = 0; passed < time; passed += 2_000) {
        clock.advance(2_000);
        count += (await at.claimLapsed(20)).length;
      }
      return count;
    };
    return { clock, kept, look, memory, set, store };
  }

  it('forward lets what seems to have run out count anew', async () => {
    const { look, set } = await setUp();
    expect(await look(10_000)).toBe(0);
    set(HOUR);
    expect(await look(LEASE - 4_000)).toBe(0);
    expect(await look(12_000)).toBe(45);
  });

  it('back lets no lease last longer than a lease', async () => {
    const { look, set } = await setUp();
    expect(await look(10_000)).toBe(0);
    set(-DAY);
    expect(await look(LEASE - 4_000)).toBe(0);
    expect(await look(12_000)).toBe(45);
  });

  it('back while nobody looked is noticed at the start', async () => {
    const { clock, look, set, store } = await setUp();
    set(-DAY);
    expect(await look(LEASE + 10_000, new Leases(store, clock, LEASE))).toBe(45);
  });

  it.each([-DAY, HOUR])('by %d ms stops no chore', async (by) => {
    const { clock, set, store } = await setUp();
    let isDown = true;
    const api = {
      deleteSession: async () => {
        if (isDown) throw new Error('Down.');
      },
    } as unknown as RelayApi;
    const chores = new Chores(api, store, clock);
    await chores.doDue(20);
    await chores.do({ what: 'delete', sessionId: 'a-S' });
    set(by);
    isDown = false;
    for (let passed = 0; passed < 70_000; passed += 2_000) {
      clock.advance(2_000);
      await chores.doDue(20);
    }
    expect(await chores.planned()).toEqual([]);
  });
});

it('a store that tells no time is refused at the start, in a sentence', () => {
  const store = Object.assign(new MemoryStore(systemClock), { now: undefined });
  expect(() =>
    createRelayProxy({
      edgegap: { apiToken: 'token' },
      guests: true,
      store: store as unknown as MemoryStore,
    }),
  ).toThrow('"store" must have batch(), now() and isLasting');
});
