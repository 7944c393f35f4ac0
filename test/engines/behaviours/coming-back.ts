import { expect } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { create, lastOf, leave, onPage, playersOf } from '../../support/game-pages.js';
import { Gateway } from '../../support/gateway.js';
import type { BehaviourTests } from './behaviour-tests.js';

export const comingBack: BehaviourTests<'reload' | 'offline' | 'cut'> = {
  async reload(pages) {
    await using stack = await pages.startStack();
    const host = await pages.open(stack.proxyUrl);
    const before = await create(host);
    await host.reload();
    await pages.connect(host, stack.proxyUrl);
    expect(await onPage(host, ({ relay }) => relay.resume())).toEqual(before);
    expect(await onPage(host, ({ relay }) => relay.role)).toBe('server');
    expect(stack.simulator.sessions()).toHaveLength(1);
    await leave(host);
    expect(stack.simulator.sessions()).toEqual([]);
  },

  async offline(pages) {
    await using stack = await pages.startStack();
    const host = await pages.open(stack.proxyUrl);
    await create(host);
    await host.setOffline(true);
    await expect.poll(() => lastOf(host)).toEqual(['retrying', 'network']);
    const joiner = await GameClient.guest(stack.proxyUrl);
    await joiner.join({ session_id: stack.simulator.sessions()[0]?.session_id ?? '' });
    await host.setOffline(false);
    await expect.poll(() => playersOf(host)).toBe(2);
    expect(await onPage(host, ({ relay }) => relay.state)).toBe('open');
    await leave(host);
  },

  async cut(pages) {
    await using gateway = await Gateway.start();
    await using stack = await pages.startStack();
    gateway.target = stack.proxyUrl;
    const host = await pages.open(gateway.url);
    await create(host);
    await expect.poll(() => gateway.running).toBe(1);
    gateway.target = 'http://127.0.0.1:1';
    gateway.cut();
    await expect.poll(() => lastOf(host)).toEqual(['retrying', 'network']);
    const joiner = await GameClient.guest(stack.proxyUrl);
    await joiner.join({ session_id: stack.simulator.sessions()[0]?.session_id ?? '' });
    gateway.target = stack.proxyUrl;
    await expect.poll(() => playersOf(host)).toBe(2);
    expect(await onPage(host, ({ relay }) => relay.state)).toBe('open');
    await leave(host);
  },
};
