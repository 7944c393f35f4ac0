import { runnerImport } from 'vite';
import { expect, it } from 'vitest';
import type { Place } from '../../docs/recipes/electron.js';
import { startStack } from '../support/stack.js';
import { THIS_PACKAGE } from '../support/this-package.js';
import { until } from '../support/until.js';

/** The recipe as a preload script has it, in Node. */
async function importRecipe() {
  const { module } = await runnerImport<typeof import('../../docs/recipes/electron.js')>(
    'docs/recipes/electron.ts',
    { configFile: false, resolve: { alias: THIS_PACKAGE } },
  );
  return module;
}

/** A player, and where they last saw each of the others. */
function lookOn() {
  const seen = new Map<number, Place>();
  const ends: string[] = [];
  return {
    seen,
    ends,
    onMove: (player: number, place: Place) => seen.set(player, place),
    onEnd: (reason: string) => ends.push(reason),
  };
}

it('Electron’s recipe moves three players by UDP, straight through the relay, and ends with its host', async () => {
  await using stack = await startStack({ linkDelay: 20, relay: { checkDelay: 20 } });
  const { play } = await importRecipe();
  const [one, two, three] = [lookOn(), lookOn(), lookOn()];
  const host = await play(stack.proxyUrl, undefined, one.onMove, one.onEnd);
  const joiner = await play(stack.proxyUrl, host.code, two.onMove, two.onEnd);
  const other = await play(stack.proxyUrl, host.code, three.onMove, three.onEnd);
  host.moveTo({ x: 1, y: 2 });
  joiner.moveTo({ x: 3, y: 4 });
  other.moveTo({ x: 5, y: 6 });
  const places = ({ seen }: typeof one) => [...seen.values()].sort((a, b) => a.x - b.x);
  await until(() => {
    expect(places(one)).toEqual([
      { x: 3, y: 4 },
      { x: 5, y: 6 },
    ]);
    expect(places(two)).toEqual([
      { x: 1, y: 2 },
      { x: 5, y: 6 },
    ]);
    expect(places(three)).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ]);
  });
  expect(stack.simulator.stats().relay.forwarded).toBeGreaterThan(5);
  await host.leave();
  await until(() => expect([two.ends, three.ends]).toEqual([['deleted'], ['deleted']]));
  expect(one.ends).toEqual(['left']);
  expect(stack.simulator.sessions()).toEqual([]);
});
