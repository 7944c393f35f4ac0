import { expect, it } from 'vitest';
import { GamePages, join, lastOf, onPage } from '../support/game-pages.js';
import { tellWorker } from '../support/worker-page.js';

const pages = new GamePages();

it('a worker, which has no window, hosts a match, hears who joins, and leaves', async () => {
  await using stack = await pages.startStack({ linkDelay: 50 });
  const page = await pages.open(stack.proxyUrl);
  const events = () => onPage(page, ({ events }) => events);
  await tellWorker(page, 'open', stack.proxyUrl);
  const opened = [
    ['state', 'requesting'],
    ['state', 'waiting'],
    ['state', 'open'],
    ['open', expect.objectContaining({ role: 'server', protocol: 'UDP' })],
  ];
  await expect.poll(events).toEqual(opened);
  const joiner = await pages.open(stack.proxyUrl);
  const [session] = stack.simulator.sessions();
  expect((await join(joiner, session?.session_id ?? '')).role).toBe('client');
  await expect.poll(events).toEqual([...opened, ['players', 2]]);
  await tellWorker(page, 'leave');
  const closed = [...opened, ['players', 2], ['state', 'closed'], ['close', 'left']];
  await expect.poll(events).toEqual(closed);
  await expect.poll(() => lastOf(joiner)).toEqual(['close', 'deleted']);
  expect(stack.simulator.sessions()).toEqual([]);
});
