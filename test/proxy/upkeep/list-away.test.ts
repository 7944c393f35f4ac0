import { describe, expect, it } from 'vitest';
import type { RelayProxyOptions } from '../../../src/proxy/options.js';
import type { LogEntry } from '../../../src/proxy/reports/index.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { storeAhead } from '../../support/store-ahead.js';
import { startWaitingHosts } from '../../support/waiting-hosts.js';
import { wrapStore } from '../../support/wrap-store.js';

const SECRETS = ['a secret that outlives the process 1'];

/** A proxy for which *list* has failed from its start. */
async function startWithoutList(options: Partial<RelayProxyOptions> = {}) {
  const service = await startStack({ linkDelay: 10 });
  service.simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-list' });
  const stack = await startStack({}, { edgegap: service.edgegap, ...options });
  return {
    simulator: service.simulator,
    proxyUrl: stack.proxyUrl,
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

describe.concurrent('while list fails from the start', () => {
  it('a lease that runs out ends the session', { timeout: 15_000 }, async ({ expect }) => {
    await using stack = await startWithoutList({ lease: 2, longestWait: 1 });
    const host = await GameClient.guest(stack.proxyUrl);
    expect((await host.create()).status).toBe(200);
    await expect.poll(() => stack.simulator.sessions(), { timeout: 10_000 }).toEqual([]);
  });

  it('a delete that could not be done is repeated', { timeout: 40_000 }, async ({ expect }) => {
    await using stack = await startWithoutList();
    const host = await GameClient.guest(stack.proxyUrl);
    const session = (await host.create()).body;
    const fault = { kind: 'drop-before', operation: 'relay-session-delete' } as const;
    stack.simulator.faults.add(fault);
    expect((await host.delete(session)).status).toBe(503);
    expect(stack.simulator.sessions()).toHaveLength(1);
    stack.simulator.faults.clear();
    stack.simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-list' });
    await expect.poll(() => stack.simulator.sessions(), { timeout: 15_000 }).toEqual([]);
  });

  it('who joins by a code that is known need not wait', async ({ expect }) => {
    await using stack = await startWithoutList();
    const host = await GameClient.guest(stack.proxyUrl);
    const joiner = await GameClient.guest(stack.proxyUrl);
    const { join_code, session_id } = (await host.create()).body;
    expect(await joiner.join({ join_code })).toMatchObject({ status: 200, body: { session_id } });
    expect(await host.join({ session_id })).toMatchObject({ status: 200 });
  });

  it('who joins by a code that may yet turn up is asked to come again', {
    timeout: 15_000,
  }, async ({ expect }) => {
    await using stack = await startWithoutList();
    const joiner = await GameClient.guest(stack.proxyUrl);
    const answer = await joiner.join({ join_code: '6789BCDF' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
  });
});

it('leases that ran out while nobody was there begin anew, though list fails', async () => {
  const { pass, store } = storeAhead();
  const shared = { secrets: SECRETS, store: wrapStore(store) };
  await using stack = await startStack({ linkDelay: 10 }, shared);
  const host = await GameClient.guest(stack.proxyUrl);
  const key = { 'idempotency-key': 'the-match' };
  const session = await host.linked((await host.create(key)).body);
  stack.simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-list' });
  // What is due at the first round, which looks at the leases before it.
  const due = JSON.stringify({ what: 'delete', sessionId: 'long-gone-S' });
  await store.addToSet('chores', due, 0);
  pass(10 * 60_000);
  const later = await store.now();
  await using again = await startStack({}, { ...shared, edgegap: stack.edgegap });
  const back = Object.assign(new GameClient(again.proxyUrl), { token: host.token });
  await expect.poll(() => store.sizeOfSet('chores')).toBe(0);
  const [lease = ''] = await store.membersOfSet('leases');
  expect(await store.scoreInSet('leases', lease)).toBeGreaterThan(later);
  expect((await back.get(session)).status).toBe(200);
  // The same create, too: the store knows what it made.
  expect((await back.create(key)).body).toMatchObject({ session_id: session.session_id });
});

it('is tried again and again, and told of once a minute', async () => {
  const log: LogEntry[] = [];
  await using stack = await startWaitingHosts({}, { log: (entry) => log.push(entry) });
  stack.simulator.faults.add({ kind: 'unavailable', operation: 'relay-session-list' });
  await stack.pass(200_000);
  const told = log.filter(
    (entry) => 'message' in entry && entry.message.startsWith('Listing the open sessions failed'),
  );
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThanOrEqual(4);
  const { 503: failed } = stack.simulator.stats().calls['relay-session-list'] ?? {};
  expect(failed).toBeGreaterThan(20);
});
