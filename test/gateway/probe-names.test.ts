import { expect, it } from 'vitest';
import { MOST_UNANSWERED } from '../../src/channel-protocol/send-window.js';
import { ProbeNames } from '../../src/gateway/probe-names.js';
import { FakeClock } from '../support/fake-clock.js';

it('are remembered up to a bound: the oldest, and the newest', () => {
  const names = new ProbeNames(new FakeClock());
  const given = Array.from({ length: 10_000 }, (_each, index) => names.give(index + 1));
  const firstKept = given.length - MOST_UNANSWERED + 1;
  const answered = [0, 1, firstKept - 1, firstKept, given.length - 1].map((index) =>
    names.take(given[index] ?? 0),
  );
  expect(answered).toEqual([1, undefined, undefined, firstKept + 1, 10_000]);
});
