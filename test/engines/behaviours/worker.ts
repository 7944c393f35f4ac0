import { expect } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { eventsOf, lastOf } from '../../support/game-pages.js';
import { tellWorker } from '../../support/worker-page.js';
import type { BehaviourTests } from './behaviour-tests.js';

export const worker: BehaviourTests<'worker'> = {
  async worker(pages) {
    await using stack = await pages.startStack();
    const page = await pages.open(stack.proxyUrl);
    await tellWorker(page, 'open', stack.proxyUrl);
    const endpoint = expect.objectContaining({ role: 'server', protocol: 'UDP' });
    await expect.poll(() => lastOf(page)).toEqual(['open', endpoint]);
    const joiner = await GameClient.guest(stack.proxyUrl);
    await joiner.join({ session_id: stack.simulator.sessions()[0]?.session_id ?? '' });
    await expect.poll(() => lastOf(page)).toEqual(['players', 2]);
    await tellWorker(page, 'leave');
    await expect.poll(() => eventsOf(page)).toContainEqual(['close', 'left']);
    await expect.poll(() => stack.simulator.sessions()).toEqual([]);
  },
};
