import { expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { Gate } from '../../support/gate.js';
import { startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

/** How long the one lease in the store still is, in milliseconds: two minutes when it is new. */
async function leftOf(store: MemoryStore): Promise<number> {
  const [lease = ''] = await store.membersOfSet('leases');
  return ((await store.scoreInSet('leases', lease)) ?? 0) - systemClock.now();
}

it.each([
  ['publish', 'session:', 'the page’s last word'],
  ['addToSet', 'leases', 'the first call after it'],
] as const)(
  'a lease that was shortened is taken back though the store fails once: %s %s, at %s',
  async (failing, prefix, at) => {
    const memory = new MemoryStore();
    let fails = false;
    const store = wrapStore(memory, async (operation, call, [key]) => {
      if (!fails || operation !== failing || !String(key).startsWith(prefix)) return call();
      throw new Error('The store does not answer.');
    });
    await using stack = await startStack({ linkDelay: 10 }, { store });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    fails = at === 'the page’s last word';
    expect((await host.revoke(session, { after: 5 })).status).toBe(fails ? 500 : 204);
    fails = !fails;
    if (fails) expect((await host.get(session)).status).toBe(500);
    fails = false;
    expect((await host.get(session)).status).toBe(200);
    expect(await leftOf(memory)).toBeGreaterThan(60_000);
  },
);

it('a lease is renewed before upstream is asked, which may take its time', async () => {
  const memory = new MemoryStore();
  const gate = new Gate();
  const secrets = ['a secret that two instances share 12'];
  await using stack = await startStack({ linkDelay: 10 }, { store: wrapStore(memory), secrets });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  expect((await host.revoke(session, { after: 5 })).status).toBe(204);
  const upstream: typeof fetch = async (input, init) => {
    if ((input as Request).url.endsWith(session.session_id)) await gate.pass();
    return fetch(input, init);
  };
  await using second = await startStack(
    {},
    { store: wrapStore(memory), secrets, edgegap: { ...stack.edgegap, fetch: upstream } },
  );
  const getting = new GameClient(second.proxyUrl).get(session);
  await gate.arrived;
  expect(await leftOf(memory)).toBeGreaterThan(60_000);
  gate.open();
  expect((await getting).status).toBe(200);
});

it('a lease that is renewed while the store fails to end its session lasts', async () => {
  const memory = new MemoryStore();
  const gate = new Gate();
  let rounds = 0;
  const store = wrapStore(memory, async (operation, call, [key]) => {
    if (operation === 'claimDue' && key === 'leases') rounds += 1;
    if (operation !== 'set' || !String(key).startsWith('ended:')) return call();
    await gate.pass();
    throw new Error('The store does not answer.');
  });
  await using stack = await startStack({ linkDelay: 10 }, { store, lease: 10, longestWait: 1 });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = await host.linked((await host.create()).body);
  expect((await host.revoke(session, { after: 1 })).status).toBe(204);
  await gate.arrived;
  expect((await host.get(session)).status).toBe(200);
  const before = rounds;
  gate.open();
  await expect.poll(() => rounds, { timeout: 5_000 }).toBeGreaterThan(before + 1);
  expect(await leftOf(memory)).toBeGreaterThan(0);
  expect(stack.simulator.sessions()).toHaveLength(1);
}, 15_000);
