import { expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.js';
import { createPrometheusMetrics } from '../../../src/proxy/node.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';
import { wrapStore } from '../../support/wrap-store.js';

const SESSIONS = '/v1/relays/sessions';

it('figures tell of what was reaped, and are there only where they are asked for', async () => {
  const metrics = createPrometheusMetrics();
  await using stack = await startStack({ linkDelay: 10 }, { metrics, lease: 1, longestWait: 0 });
  const host = await GameClient.guest(stack.proxyUrl);
  await host.create();
  const read = async () => (await fetch(`${stack.proxyUrl}/metrics`)).text();
  await expect.poll(read, { timeout: 5_000 }).toContain('relais_reaped_total{what="session"} 1');
  const text = await read();
  expect(text).toContain(
    'relais_request_duration_seconds_count{route="/v1/relays/sessions",status="200"} 1',
  );
  expect(text).toMatch(
    /relais_upstream_call_duration_seconds_count\{operation="relay-session-create",status="200"\} 1/,
  );
  expect(text).toContain('relais_waiters 0');
  expect(text).toContain('relais_sessions 0');
  expect(text).toContain('relais_leases 0');
  await using without = await startStack();
  expect((await fetch(`${without.proxyUrl}/metrics`)).status).toBe(404);
}, 15_000);

it('figures tell of every kind of call, of who waits, and of who is there', async () => {
  const metrics = createPrometheusMetrics();
  // It never stands still: a guest is often answered within the same millisecond.
  let last = 0;
  const monotonic = () => {
    last = Math.max(last + 1, systemClock.monotonic());
    return last;
  };
  const clock = { ...systemClock, monotonic };
  await using stack = await startStack({ linkDelay: 10 }, { metrics, clock });
  const read = async () => (await fetch(`${stack.proxyUrl}/metrics`)).text();
  const has = async (...lines: string[]) => {
    const text = (await read()).split('\n');
    for (const line of lines) expect(text).toContain(line);
  };
  await has(
    '# TYPE relais_request_duration_seconds histogram',
    '# TYPE relais_upstream_call_duration_seconds histogram',
    '# TYPE relais_reaped_total counter',
    '# TYPE relais_waiters gauge',
    '# TYPE relais_sessions gauge',
    '# TYPE relais_leases gauge',
  );
  await has('relais_waiters 0', 'relais_sessions 0', 'relais_leases 0');
  const [host, joiner] = [
    await GameClient.guest(stack.proxyUrl),
    await GameClient.guest(stack.proxyUrl),
  ];
  for (const kind of ['server-error', 'drop-before'] as const) {
    stack.simulator.faults.add({ kind, operation: 'relay-session-create', times: 1 });
  }
  const session = await host.linked((await host.create()).body);
  const joined = (await joiner.join({ session_id: session.session_id })).body;
  const etag = (await host.get(session)).headers.get('etag') ?? '';
  const held = host.get(session, { prefer: 'wait=20', 'if-none-match': etag });
  await expect.poll(read).toContain('relais_waiters 1\n');
  await has('relais_sessions 1', 'relais_leases 2');
  expect((await joiner.revoke(joined)).status).toBe(204);
  expect((await held).status).toBe(200);
  await has('relais_waiters 0', 'relais_leases 1');
  expect((await host.delete(session)).status).toBe(204);
  const upstream = 'relais_upstream_call_duration_seconds_count';
  const requests = 'relais_request_duration_seconds_count';
  await has(
    'relais_leases 0',
    `${upstream}{operation="relay-session-create",status="500"} 1`,
    `${upstream}{operation="relay-session-create",status="none"} 1`,
    `${upstream}{operation="relay-session-create",status="200"} 1`,
    `${upstream}{operation="relay-user-authorize",status="200"} 1`,
    `${upstream}{operation="relay-user-revoke",status="200"} 1`,
    `${upstream}{operation="relay-session-delete",status="204"} 1`,
    `${requests}{route="${SESSIONS}:authorize-user",status="200"} 1`,
    `${requests}{route="${SESSIONS}:revoke-user",status="204"} 1`,
    `${requests}{route="${SESSIONS}/:id",status="204"} 1`,
    'relais_request_duration_seconds_bucket{le="+Inf",route="/v1/guests",status="200"} 2',
  );
  const text = await read();
  expect(text).toMatch(
    /^relais_upstream_call_duration_seconds_count\{operation="relay-session-(get|list)",status="200"\} [1-9]/m,
  );
  // In seconds: well below one.
  expect(text).toMatch(
    /^relais_request_duration_seconds_sum\{route="\/v1\/guests",status="200"\} 0\.\d+$/m,
  );
});

it('figures are there without the store, and answers without the log', async () => {
  let isBroken = false;
  const store = wrapStore(new MemoryStore(), async (_operation, call) => {
    if (isBroken) throw new Error('The store does not answer.');
    return call();
  });
  const log = () => {
    if (isBroken) throw new Error('The disk is full.');
  };
  const metrics = createPrometheusMetrics();
  const stack = await startStack({}, { store, log, metrics });
  await GameClient.guest(stack.proxyUrl);
  isBroken = true;
  const answer = await fetch(`${stack.proxyUrl}/metrics`);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain(
    'relais_request_duration_seconds_count{route="/v1/guests",status="200"} 1',
  );
  expect(text).toMatch(/^relais_leases nan$/im);
  expect((await fetch(`${stack.proxyUrl}/readyz`)).status).toBe(503);
  // It ends as well: no request is thought to be on its way.
  await stack[Symbol.asyncDispose]();
});

it('sessions are made and taken away though the figures cannot be kept', async () => {
  const full = () => {
    throw new Error('No room for figures.');
  };
  const metrics = {
    ...createPrometheusMetrics(),
    onRequest: full,
    onUpstreamCall: full,
    onReaped: full,
  };
  const routes: string[] = [];
  const log = (entry: LogEntry) => {
    if (entry.event === 'request') routes.push(entry.route);
  };
  await using stack = await startStack({}, { metrics, log, lease: 2, longestWait: 1 });
  const host = await GameClient.guest(stack.proxyUrl);
  expect((await host.create()).status).toBe(200);
  expect(stack.simulator.sessions()).toHaveLength(1);
  await expect.poll(() => stack.simulator.sessions(), { timeout: 10_000 }).toEqual([]);
  expect(routes).toContain('/v1/relays/sessions');
}, 20_000);

it('a log that fails later, as one over the network does, ends nothing', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const log = async () => {
      throw new Error('No room for the log.');
    };
    await using stack = await startStack({}, { log });
    await GameClient.guest(stack.proxyUrl);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it('what takes care of sessions goes on without the log', async () => {
  await using stack = await startStack();
  let refusals = 0;
  const upstream: typeof fetch = (input, init) => {
    if (refusals > 0) return fetch(input, init);
    refusals += 1;
    return Promise.resolve(Response.json({ message: 'Not now.' }, { status: 403 }));
  };
  const log = () => {
    throw new Error('The disk is full.');
  };
  await using second = await startStack(
    {},
    { log, edgegap: { ...stack.edgegap, fetch: upstream } },
  );
  const host = await GameClient.guest(second.proxyUrl);
  // It waits for the first look at all open sessions, of which the log was told that it failed.
  expect((await host.create({ 'idempotency-key': 'the-match' })).status).toBe(200);
  expect(refusals).toBe(1);
});
