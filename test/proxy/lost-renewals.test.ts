import { expect, it } from 'vitest';
import { systemClock } from '../../src/api/clock.js';
import { MemoryStore } from '../../src/proxy/memory-store.js';
import { GameClient } from '../support/game-client.js';
import { startStack } from '../support/stack.js';
import { wrapStore } from '../support/wrap-store.js';

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
    const [lease = ''] = await memory.membersOfSet('leases');
    // The whole lease again, two minutes, and not what is left of five seconds.
    const left = ((await memory.scoreInSet('leases', lease)) ?? 0) - systemClock.now();
    expect(left).toBeGreaterThan(60_000);
  },
);
