import { expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { Gate } from '../../support/gate.js';
import { startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

it.each([
  ['addToSet', 'leases'],
  ['set', 'seat:'],
  ['addToSet', 'seats:'],
  ['addToSet', 'sessions-of:'],
  ['delete', 'departed:'],
])(
  'a seat that is taken while the session ends does not outlive it: the store is slow to %s %s',
  async (slow, prefix) => {
    const store = new MemoryStore(systemClock);
    const gate = new Gate();
    let joinerId = 'nobody yet';
    const slowed = wrapStore(store, async (operation, call, given) => {
      const isTheirs = JSON.stringify(given).includes(joinerId);
      if (operation === slow && isTheirs && String(given[0]).startsWith(prefix)) await gate.pass();
      return call();
    });
    await using stack = await startStack({ linkDelay: 10 }, { store: slowed });
    const host = await GameClient.guest(stack.proxyUrl);
    const joiner = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const { session_id } = session;
    joinerId = joiner.playerId;
    const joining = joiner.join({ session_id });
    await gate.arrived;
    expect((await host.delete(session)).status).toBe(204);
    gate.open();
    expect(await joining).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const id = encodeURIComponent(session_id);
    expect(await store.get(`seat:${id}:${joinerId}`)).toBeUndefined();
    expect(await store.membersOfSet(`seats:${id}`)).toEqual([]);
    expect(await store.sizeOfSet(`sessions-of:${joinerId}`)).toBe(0);
  },
);
