import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { GamePages, type GameWindow, join, lastOf, onPage } from '../support/game-pages.js';

const pages = new GamePages();

/** Has a worker of the page's do something; it tells the page's `events`. */
const tell = (page: Page, ...act: string[]) =>
  page.evaluate((act) => {
    const game = globalThis as unknown as GameWindow & { worker?: Worker };
    if (!game.worker) {
      game.worker = new Worker('./worker.js', { type: 'module' });
      game.worker.onmessage = ({ data }) => game.events.push(data);
      game.worker.onerror = ({ message }) => game.events.push(['uncaught', message]);
    }
    game.worker.postMessage(act);
  }, act);

it('a worker, which has no window, hosts a match, hears who joins, and leaves', async () => {
  await using stack = await pages.startStack({ linkDelay: 50 });
  const page = await pages.open(stack.proxyUrl);
  const events = () => onPage(page, ({ events }) => events);
  await tell(page, 'open', stack.proxyUrl);
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
  await tell(page, 'leave');
  const closed = [...opened, ['players', 2], ['state', 'closed'], ['close', 'left']];
  await expect.poll(events).toEqual(closed);
  await expect.poll(() => lastOf(joiner)).toEqual(['close', 'deleted']);
  expect(stack.simulator.sessions()).toEqual([]);
});
