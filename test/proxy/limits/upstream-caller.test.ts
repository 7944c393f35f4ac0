import { expect, it } from 'vitest';
import { RelayConnection } from '../../../src/connection/relay-connection.js';
import { createPrometheusMetrics } from '../../../src/proxy/node.js';
import type { RelayProxyOptions } from '../../../src/proxy/options.js';
import { FakeClock } from '../../support/fake-clock.js';
import type { GameClient } from '../../support/game-client.js';
import { PlayerFrom, TRUSTING } from '../../support/player-from.js';
import { startStack } from '../../support/stack.js';

const PER_SECOND = 5;
/** What one call of the budget takes, in milliseconds. */
const TURN = 1_000 / PER_SECOND;
/** As many calls as this wait at most: those of eight seconds. */
const LINE = 8 * PER_SECOND;

/** A service, and a proxy whose budget is five calls a second, on a clock that stands still. */
async function start(options: Partial<RelayProxyOptions> = {}) {
  const clock = new FakeClock();
  const service = await startStack({ linkDelay: 600_000 });
  const { simulator } = service;
  let reached = 0;
  const fetch: typeof globalThis.fetch = (...call) => {
    reached += 1;
    return globalThis.fetch(...call);
  };
  const edgegap = { ...service.edgegap, callsPerSecond: PER_SECOND, fetch };
  const stack = await startStack({}, { ...TRUSTING, clock, edgegap, ...options });
  // The account's list is read at the start.
  await expect.poll(() => reached, { timeout: 20_000 }).toBe(1);
  clock.advance(1_000);
  return {
    clock,
    simulator,
    proxyUrl: stack.proxyUrl,
    creates: () => simulator.stats().calls['relay-session-create'],
    guests: (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          PlayerFrom.guestFrom(stack.proxyUrl, `8.8.${index % 5}.${Math.floor(index / 5)}`),
        ),
      ),
    /** How many calls have come to wait since time last passed: each has ten seconds. */
    get inLine() {
      return clock.waits.filter((wait) => wait === 10_000).length;
    },
    /** Lets the next so many calls be made, one after the other. */
    async serve(turns: number) {
      for (let turn = 0; turn < turns; turn += 1) {
        const before = reached;
        clock.advance(TURN);
        await expect.poll(() => reached, { interval: 1, timeout: 20_000 }).toBe(before + 1);
      }
    },
    async [Symbol.asyncDispose]() {
      const closing = stack[Symbol.asyncDispose]();
      const passing = setInterval(() => clock.advance(1_000), 1);
      await closing;
      clearInterval(passing);
      await service[Symbol.asyncDispose]();
    },
  };
}

/** All of them ask for a session at once. It tells who was refused, and with which `Retry-After`. */
function createAll(players: readonly GameClient[]) {
  const refused: GameClient[] = [];
  const retryAfters: number[] = [];
  const statuses: number[] = [];
  const done = Promise.all(
    players.map(async (player) => {
      const { body, headers, status } = await player.create();
      statuses.push(status);
      if (status !== 503) return;
      expect(body).toMatchObject({ code: 'upstream-unavailable' });
      refused.push(player);
      retryAfters.push(Number(headers.get('retry-after')));
    }),
  );
  return { done, refused, retryAfters, statuses };
}

it('a burst of 100 creates at five calls a second: who cannot be served in time is told at once', async () => {
  const metrics = createPrometheusMetrics();
  await using stack = await start({ metrics });
  let left: readonly GameClient[] = await stack.guests(100);
  // Five are served at once, and then as many as the line holds, each time that the others come back.
  for (const atOnce of [PER_SECOND, 0, 0]) {
    const { done, refused, retryAfters, statuses } = createAll(left);
    const waiting = Math.min(LINE, left.length - atOnce);
    await expect.poll(() => stack.inLine, { timeout: 20_000 }).toBe(waiting);
    await expect.poll(() => statuses.length, { timeout: 20_000 }).toBe(left.length - waiting);
    expect(refused).toHaveLength(left.length - waiting - atOnce);
    expect([...new Set(retryAfters)]).toEqual(refused.length > 0 ? [9] : []);
    await stack.serve(waiting);
    await done;
    left = refused;
  }
  expect(left).toEqual([]);
  expect(stack.creates()).toEqual({ 200: 100 });
  const lines = (await (await fetch(`${stack.proxyUrl}/metrics`)).text()).split('\n');
  const waits = 'relais_upstream_wait_seconds';
  expect(lines).toEqual(
    expect.arrayContaining([
      `${waits}_bucket{le="0.1",class="takes"} ${PER_SECOND}`,
      `${waits}_bucket{le="10",class="takes"} 100`,
      `${waits}_count{class="takes"} 100`,
      'relais_upstream_budget_used 1',
    ]),
  );
}, 30_000);

it('what frees something is never refused, however long the line is', async () => {
  await using stack = await start();
  const [host, ...others] = await stack.guests(1 + LINE + PER_SECOND);
  if (!host) throw new Error('There is nobody.');
  const { body: session } = await host.create();
  const { done, refused, statuses } = createAll(others);
  await expect.poll(() => statuses.length, { timeout: 20_000 }).toBe(PER_SECOND);
  expect(refused).toHaveLength(1);
  expect((await host.create()).status).toBe(503);
  const deleting = host.delete(session);
  await expect.poll(() => stack.inLine, { timeout: 20_000 }).toBe(LINE + 1);
  await stack.serve(1);
  expect((await deleting).status).toBe(204);
  await stack.serve(LINE);
  await done;
}, 30_000);

it('a create that others overtake in line is told so as soon as that shows, and nothing was made of it', async () => {
  await using stack = await start();
  const [hosts, others] = [await stack.guests(30), await stack.guests(LINE)];
  const hosting = Promise.all(hosts.map((host) => host.create()));
  await expect.poll(() => stack.inLine, { timeout: 20_000 }).toBe(hosts.length - PER_SECOND);
  await stack.serve(hosts.length - PER_SECOND);
  const sessions = await hosting;
  const made = () => stack.simulator.stats().sessions.created - hosts.length;
  const { done, refused, retryAfters, statuses } = createAll(others);
  await expect.poll(() => stack.inLine, { timeout: 20_000 }).toBe(LINE);
  expect(statuses).toEqual([]);
  // What frees something goes first: six seconds of it.
  const deleting = hosts.map((host, index) => host.delete(sessions[index]?.body));
  await expect.poll(() => stack.inLine, { timeout: 20_000 }).toBe(LINE + hosts.length);
  await stack.serve(1);
  // Of the nine seconds that each may wait, three are left for them, and one of which nobody can tell yet.
  await expect.poll(() => refused.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(LINE - 20);
  expect(refused.length).toBeLessThan(LINE - 5);
  expect(made()).toBe(0);
  while (statuses.length < others.length) {
    stack.clock.advance(TURN);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await done;
  await Promise.all(deleting);
  const served = statuses.filter((status) => status === 200).length;
  expect([served > 5, served + refused.length, made()]).toEqual([true, LINE, served]);
  expect(Math.min(...retryAfters)).toBeGreaterThanOrEqual(1);
}, 60_000);

it('a pause that is longer than a create may wait is told to those who are in line', async () => {
  await using stack = await start();
  const players = await stack.guests(2 * PER_SECOND);
  const operation = 'relay-session-create';
  stack.simulator.faults.add({ kind: 'rate-limited', operation, times: 1, retryAfter: 30 });
  const { done, refused, retryAfters } = createAll(players);
  await done;
  // The first is told by the service itself how long it is. Those who were sent before it was told are served.
  expect(refused.length).toBeGreaterThan(PER_SECOND);
  expect(Math.min(...retryAfters)).toBe(30);
  expect(stack.simulator.stats().sessions.created).toBe(players.length - refused.length);
});

it('while the service asks for a pause, a create is told at once how long it lasts', async () => {
  await using stack = await start();
  const [host, other] = await stack.guests(2);
  if (!host || !other) throw new Error('There is nobody.');
  const operation = 'relay-session-create';
  stack.simulator.faults.add({ kind: 'rate-limited', operation, times: 1, retryAfter: 30 });
  expect((await host.create()).status).toBe(503);
  stack.clock.advance(10_000);
  const answer = await other.create();
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('20');
  expect(stack.creates()).toEqual({ 429: 1 });
});

it('a connection that is told so tries again by itself, and loses nothing', async () => {
  await using stack = await start();
  const [other] = await stack.guests(1);
  if (!other) throw new Error('There is nobody.');
  const operation = 'relay-session-create';
  stack.simulator.faults.add({ kind: 'rate-limited', operation, times: 1, retryAfter: 30 });
  expect((await other.create()).status).toBe(503);
  const clock = new FakeClock();
  const retries: unknown[] = [];
  const relay = new RelayConnection(stack.proxyUrl, {
    clock,
    fetch: (input, init) => {
      const headers = { ...init?.headers, 'x-forwarded-for': '9.9.9.9' };
      return fetch(input, { ...init, headers });
    },
  });
  relay.on('retrying', ({ error, delay }) => {
    retries.push([error.code, error.status, delay]);
    stack.clock.advance(delay);
    setImmediate(() => clock.advance(delay));
  });
  const seated = new Promise<void>((resolve) => {
    relay.on('session', () => resolve());
  });
  void relay.create().catch(() => {});
  await seated;
  expect(retries).toEqual([['server-error', 503, 30_000]]);
  expect(stack.creates()).toEqual({ 429: 1, 200: 1 });
  await relay.leave();
  expect(stack.simulator.sessions()).toEqual([]);
});
