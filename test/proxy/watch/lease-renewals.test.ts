import { expect, it } from 'vitest';
import { LeaseRenewals } from '../../../src/proxy/watch/lease-renewals.js';
import { ManualClock } from '../../support/manual-clock.js';

it('knows whose lease was renewed within a period, until it is told to forget', () => {
  const clock = new ManualClock();
  const renewals = new LeaseRenewals(clock);
  expect(renewals.isWithin('anna', 1_000)).toBe(false);
  renewals.note('anna');
  clock.pass(999);
  renewals.note('bert');
  expect(renewals.isWithin('anna', 1_000)).toBe(true);
  clock.pass(1);
  expect(renewals.isWithin('anna', 1_000)).toBe(false);
  expect(renewals.isWithin('bert', 1_000)).toBe(true);
  renewals.forget('bert');
  expect(renewals.isWithin('bert', 1_000)).toBe(false);
  renewals.note('anna');
  renewals.forgetAll();
  expect(renewals.isWithin('anna', 1_000)).toBe(false);
});
