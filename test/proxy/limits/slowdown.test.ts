import { expect, it } from 'vitest';
import { Slowdown } from '../../../src/proxy/limits/slowdown.js';
import { FakeClock } from '../../support/fake-clock.js';

it('whoever has most waiting makes room for one who has none: a few cannot keep all others out', async () => {
  const clock = new FakeClock();
  const slowdown = new Slowdown(20, clock, 'guestsInTotal');
  const { signal } = new AbortController();
  const outcomes = new Map<string, string>();
  const pass = (asker: string, name = asker) =>
    slowdown.pass(asker, signal).then(
      () => outcomes.set(name, 'passed'),
      () => outcomes.set(name, 'refused'),
    );
  // What may pass at once does.
  const first = Array.from({ length: 20 }, (_, index) => pass(`first-${index}`));
  await Promise.all(first);
  // Then the line is full.
  const flood = Array.from({ length: 200 }, (_, index) => pass(`flood-${index % 32}`, `${index}`));
  const right = pass('somebody');
  await new Promise((resolve) => setTimeout(resolve));
  expect(outcomes.get('somebody')).toBeUndefined();
  expect([...outcomes.values()].filter((outcome) => outcome === 'refused')).toHaveLength(1);
  // A turn each for all who are in the line.
  clock.advance(33 * 50);
  await right;
  expect(outcomes.get('somebody')).toBe('passed');
  slowdown.close();
  await Promise.all(flood);
});
