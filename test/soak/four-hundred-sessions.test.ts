import { expect, it } from 'vitest';
import { startWaitingHosts, type WaitingHost } from '../support/waiting-hosts.js';

const SESSIONS = 400;
const BUDGET = 20;
/** How long is looked at what it costs. */
const SECONDS = 30;

it('400 open sessions cost a quarter of the budget at most, and keep no new session waiting', async () => {
  const publicUrl = 'http://127.0.0.1:9';
  await using table = await startWaitingHosts({}, { publicUrl });
  const { calls, clock, pass, simulator, time } = table;
  const hosts: WaitingHost[] = [];
  while (hosts.length < SESSIONS) hosts.push(...(await table.come(50)));
  await time.until(() => {
    expect(hosts.every(({ news }) => news.at(-1)?.body.linked)).toBe(true);
  });
  await pass(20_000);
  const from = clock.monotonic();
  await pass(SECONDS * 1000);
  const atRest = calls.filter(({ at }) => at >= from);
  expect(atRest.length).toBeLessThanOrEqual((BUDGET / 4) * SECONDS);
  // Four pages every ten seconds, and nothing else.
  expect(atRest.length).toBeLessThanOrEqual(4 * 4);
  expect(hosts.every(({ news }) => news.every(({ status }) => status === 200))).toBe(true);

  simulator.setLife({ linkDelay: 5_000 });
  const [last] = await table.come();
  if (!last) throw new Error('A host must have come.');
  const id = last.session.session_id;
  await time.until(() => {
    const session = simulator.sessions().find(({ session_id }) => session_id === id);
    expect(session?.linked).toBe(true);
  });
  const before = calls.length;
  const { webhook_url = '' } =
    simulator.sessions().find(({ session_id }) => session_id === id) ?? {};
  const known = last.news.length;
  await fetch(table.proxyUrl + new URL(webhook_url).pathname, { method: 'POST' });
  // No time passes: nothing stands before the one call that the webhook causes.
  await expect.poll(() => last.news.length).toBeGreaterThan(known);
  expect(last.news.at(-1)?.body).toMatchObject({ linked: true });
  const since = calls.slice(before);
  expect(since.map(({ path }) => path)).toEqual([expect.stringContaining(encodeURIComponent(id))]);
});
