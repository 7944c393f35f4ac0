import { expect } from 'vitest';
import {
  codeOf,
  create,
  join,
  lastOf,
  leave,
  onPage,
  playersOf,
} from '../../support/game-pages.js';
import type { BehaviourTests } from './behaviour-tests.js';

export const players: BehaviourTests<'join-by-code' | 'kick'> = {
  async 'join-by-code'(pages) {
    await using stack = await pages.startStack();
    const host = await pages.open(stack.proxyUrl);
    const joiner = await pages.open(stack.proxyUrl);
    await create(host);
    const code = await codeOf(host);
    const asTyped = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)}\u200b`;
    expect((await join(joiner, asTyped)).role).toBe('client');
    await expect.poll(() => playersOf(host)).toBe(2);
    await leave(joiner);
    await expect.poll(() => playersOf(host)).toBe(1);
    await leave(host);
    expect(stack.simulator.sessions()).toEqual([]);
  },

  async kick(pages) {
    await using stack = await pages.startStack();
    const host = await pages.open(stack.proxyUrl);
    const joiner = await pages.open(stack.proxyUrl);
    await create(host);
    await join(joiner, await codeOf(host));
    await expect.poll(() => playersOf(host)).toBe(2);
    await onPage(host, ({ relay }) => relay.kick(relay.players[1]?.playerId ?? ''));
    await expect.poll(() => lastOf(joiner)).toEqual(['close', 'revoked']);
    await expect.poll(() => playersOf(host)).toBe(1);
    await leave(host);
  },
};
