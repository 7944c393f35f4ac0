import { describe, expect, it } from 'vitest';
import {
  codeOf,
  connect,
  create,
  GamePages,
  join,
  lastOf,
  leave,
  onPage,
  playersOf,
} from '../support/game-pages.js';
import { storeAhead } from '../support/store-ahead.js';

const pages = new GamePages();

describe('in real Chromium, with the built bundle and a proxy of another origin,', () => {
  it('players join by code, are kicked, and leave', async () => {
    await using stack = await pages.startStack({ linkDelay: 50 });
    const host = await pages.open(stack.proxyUrl);
    const joiner = await pages.open(stack.proxyUrl);
    expect((await create(host)).role).toBe('server');
    expect((await join(joiner, (await codeOf(host)).toLowerCase())).role).toBe('client');
    await expect.poll(() => playersOf(host)).toBe(2);
    await onPage(host, ({ relay }) => relay.kick(relay.players[1]?.playerId ?? ''));
    await expect.poll(() => lastOf(joiner)).toEqual(['close', 'revoked']);
    await expect.poll(() => playersOf(host)).toBe(1);
    await leave(host);
    expect(await lastOf(host)).toEqual(['close', 'left']);
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('a host who reloads is back in the same seat, and the match goes on', async () => {
    await using stack = await pages.startStack({ linkDelay: 50 });
    const host = await pages.open(stack.proxyUrl);
    const before = await create(host);
    const [session] = stack.simulator.sessions();
    await host.reload();
    await connect(host);
    const after = await onPage(host, ({ relay }) => relay.resume());
    expect(after).toEqual(before);
    expect(await onPage(host, ({ relay }) => relay.role)).toBe('server');
    expect(stack.simulator.sessions()).toHaveLength(1);
    expect(stack.simulator.sessions()[0]?.session_id).toBe(session?.session_id);
  });

  it('a page goes offline and back, and then hears at once of what it missed', async () => {
    await using stack = await pages.startStack({ linkDelay: 50 });
    const host = await pages.open(stack.proxyUrl);
    await create(host);
    await host.context().setOffline(true);
    await expect.poll(() => lastOf(host)).toEqual(['retrying', 'network']);
    const joiner = await pages.open(stack.proxyUrl);
    await join(joiner, await codeOf(host));
    await host.context().setOffline(false);
    await expect.poll(() => playersOf(host)).toBe(2);
    expect(await onPage(host, ({ relay }) => relay.state)).toBe('open');
  });

  it('a host who leaves while offline ends the session as soon as the page is back', async () => {
    await using stack = await pages.startStack({ linkDelay: 50 });
    const host = await pages.open(stack.proxyUrl);
    await create(host);
    await host.context().setOffline(true);
    await expect.poll(() => lastOf(host)).toEqual(['retrying', 'network']);
    const left = leave(host);
    await expect.poll(() => lastOf(host)).toEqual(['close', 'left']);
    expect(stack.simulator.sessions()).toHaveLength(1);
    await host.context().setOffline(false);
    await left;
    expect(stack.simulator.sessions()).toEqual([]);
  });

  it('two tabs of one player have one seat', async () => {
    await using stack = await pages.startStack({ linkDelay: 50 });
    const one = await pages.open(stack.proxyUrl);
    const endpoint = await create(one);
    const other = await pages.open(stack.proxyUrl, one.context());
    expect(await join(other, await codeOf(one))).toEqual(endpoint);
    expect(await playersOf(one)).toBe(1);
    await leave(other);
    await expect.poll(() => lastOf(one)).toEqual(['close', 'deleted']);
  });

  it('a tab that is closed gives its seat back when the grace is over', async () => {
    const { pass, store } = storeAhead();
    /** How long the lease that runs out first still lasts, in milliseconds. */
    const shortest = async () => {
      const leases = await store.membersOfSet('leases');
      const ends = await Promise.all(leases.map((lease) => store.scoreInSet('leases', lease)));
      return Math.min(...ends.map((end) => end ?? Infinity)) - (await store.now());
    };
    const passGrace = async () => {
      await expect.poll(shortest).toBeLessThanOrEqual(15_000);
      pass(15_000);
    };
    await using stack = await pages.startStack({ linkDelay: 50 }, { store });
    const host = await pages.open(stack.proxyUrl);
    await create(host);
    const joiner = await pages.open(stack.proxyUrl);
    await join(joiner, await codeOf(host));
    const users = () => stack.simulator.sessions()[0]?.session_users?.length;
    expect(users()).toBe(2);
    await joiner.close({ runBeforeUnload: false });
    await passGrace();
    await expect.poll(users, { timeout: 30_000 }).toBe(1);
    await host.close({ runBeforeUnload: false });
    await passGrace();
    await expect.poll(() => stack.simulator.sessions().length, { timeout: 30_000 }).toBe(0);
  });
});
