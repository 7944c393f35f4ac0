import { describe, expect, it } from 'vitest';
import { create, GamePages, type GameWindow, leave } from '../support/game-pages.js';

const pages = new GamePages();

describe('a page in real Chromium, with the built bundle,', () => {
  it('makes, links and leaves 500 sessions without growing', async () => {
    await using stack = await pages.startStack(
      { linkDelay: 0 },
      {
        limits: {
          requestsPerIp: 1e6,
          requestsPerPlayer: 1e6,
          createsPerPlayer: 1e6,
          upstreamCallsPerPlayer: 1e6,
          upstreamCallsPerIp: 1e6,
          createsPerIp: 1e6,
          sessionsPerPlayer: 100,
          waitsPerPlayer: 100,
        },
      },
    );
    const page = await pages.open(stack.proxyUrl);
    const cdp = await page.context().newCDPSession(page);
    const round = (count: number) =>
      page.evaluate(async (count) => {
        const game = globalThis as unknown as GameWindow;
        const play = async () => {
          const guest = { load: () => localStorage.getItem('guest') };
          const relay = new game.relais.RelayConnection(game.proxyUrl, { guest });
          for (let index = 0; index < count / 10; index++) {
            await relay.create();
            await relay.leave();
          }
        };
        await Promise.all(Array.from({ length: 10 }, play));
        performance.clearResourceTimings();
      }, count);
    const heap = async () => {
      await cdp.send('HeapProfiler.collectGarbage');
      return (await cdp.send('Runtime.getHeapUsage')).usedSize;
    };
    await create(page);
    await leave(page);
    await round(50);
    const before = await heap();
    await round(450);
    expect((await heap()) / before).toBeLessThan(1.15);
    expect(stack.simulator.sessions()).toEqual([]);
  }, 180_000);
});
