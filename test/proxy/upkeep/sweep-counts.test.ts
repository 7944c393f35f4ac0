import { describe, expect, it } from 'vitest';
import { SweepCounts } from '../../../src/proxy/upkeep/sweep-counts.js';
import { FakeClock } from '../../support/fake-clock.js';

const NONE = { account: Number.NaN, own: Number.NaN, withHost: Number.NaN };

describe('what the last sweep found', () => {
  it('is not known before there was one', () => {
    expect(new SweepCounts(new FakeClock()).read()).toEqual(NONE);
  });

  it('is told for ten minutes, however the wall clock is set: then another instance knows better', () => {
    const clock = new FakeClock();
    const counts = new SweepCounts(clock);
    counts.set(['foreign', 'own', 'hosted', 'hosted']);
    const found = { account: 4, own: 3, withHost: 2 };
    expect(counts.read()).toEqual(found);
    clock.set(-24 * 60 * 60_000);
    clock.advance(10 * 60_000 - 1);
    expect(counts.read()).toEqual(found);
    clock.advance(1);
    expect(counts.read()).toEqual(NONE);
  });
});
