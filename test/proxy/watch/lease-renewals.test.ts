import { expect, it } from 'vitest';
import { LeaseRenewals } from '../../../src/proxy/watch/lease-renewals.js';
import { FakeClock } from '../../support/fake-clock.js';

it('knows whose lease was renewed within a period, until it is told to forget', () => {
  const clock = new FakeClock();
  const renewals = new LeaseRenewals(clock);
  expect(renewals.isWithin('anna', 1_000)).toBe(false);
  renewals.note('anna');
  clock.advance(999);
  renewals.note('bert');
  expect(renewals.isWithin('anna', 1_000)).toBe(true);
  clock.advance(1);
  expect(renewals.isWithin('anna', 1_000)).toBe(false);
  expect(renewals.isWithin('bert', 1_000)).toBe(true);
  renewals.forget('bert');
  expect(renewals.isWithin('bert', 1_000)).toBe(false);
  renewals.note('anna');
  renewals.forgetAll();
  expect(renewals.isWithin('anna', 1_000)).toBe(false);
});
