import type { Upkeep } from './assemble-upkeep.js';
import type { LoginKeys } from './identity/index.js';
import type { CallBudget, WrongJoinCodes } from './limits/index.js';
import type { Metrics } from './reports/index.js';
import type { Watchers } from './watch/index.js';

/** Whose figures are read off. */
interface Sources extends Pick<Upkeep, 'adoption' | 'leases'> {
  readonly budget: CallBudget;
  readonly guesses: WrongJoinCodes;
  readonly loginKeys: LoginKeys | undefined;
  readonly watchers: Watchers;
}

/** Tells the metrics how to read each gauge. */
export function addGauges(
  metrics: Metrics,
  { adoption, budget, guesses, leases, loginKeys, watchers }: Sources,
): void {
  metrics.gauge('waiters', () => watchers.waiting);
  metrics.gauge('followed_seats', () => watchers.followers);
  metrics.gauge('upstream_budget_used', () => budget.used);
  metrics.gauge('sessions', () => watchers.size);
  metrics.gauge('leases', () => leases.count());
  metrics.gauge('joins_slowed', async () => Number(await guesses.isSlow()));
  metrics.gauge('account_sessions', () => adoption.counts.read().account);
  metrics.gauge('open_sessions', () => adoption.counts.read().own);
  metrics.gauge('host_leases', () => adoption.counts.read().withHost);
  if (loginKeys) metrics.gauge('login_keys', () => Number(loginKeys.isCurrent));
}
