import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import type { Fault } from '../../../src/simulator/faults/faults.js';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';

const USERS = { users: [{ ip: '1.1.1.1' }] };
let clock: FakeClock;
let simulator: Simulator;
let api: RelayApi;

beforeEach(async () => {
  clock = new FakeClock();
  simulator = await createSimulator({ clock, seed: 5 });
  api = new RelayApi({
    apiToken: 'secret',
    baseUrl: simulator.url,
    clock: new FakeClock({ hurry: { except: 10_000 } }),
  });
});
afterEach(async () => {
  await simulator.close();
  expect(clock.pending).toBe(0);
});

const inject = (fault: Fault) => simulator.faults.add(fault);
const calls = (id: keyof ReturnType<Simulator['stats']>['calls']) => simulator.stats().calls[id];

describe('a fault', () => {
  it.each([
    ['rate-limited', { code: 'rate-limited', status: 429, retryAfter: 5_000 }, 0],
    ['server-error', { code: 'server-error', status: 500 }, 0],
    ['unavailable', { code: 'server-error', status: 503 }, 0],
    ['drop-before', { code: 'network' }, 0],
    ['drop-after', { code: 'network' }, 1],
    ['malformed', { code: 'not-json' }, 1],
  ] as const)('is "%s"', async (kind, error, created) => {
    inject({ kind, times: 1, retryAfter: 5 });
    await expect(api.createSession(USERS)).rejects.toMatchObject(error);
    expect(simulator.sessions()).toHaveLength(created);
    await expect(api.createSession(USERS)).resolves.toBeDefined();
    const seen = 'status' in error ? error.status : kind === 'malformed' ? 200 : 'dropped';
    expect(calls('relay-session-create')).toMatchObject({ [seen]: expect.any(Number) });
  });

  it('is "malformed" even where no body belongs', async () => {
    const { session_id } = await api.createSession(USERS);
    inject({ kind: 'malformed' });
    await expect(api.deleteSession(session_id)).rejects.toMatchObject({ code: 'not-json' });
    expect(simulator.sessions()).toEqual([]);
  });

  it('is "latency": the answer comes later', async () => {
    inject({ kind: 'latency', delay: 3_000, times: 1 });
    const creating = api.createSession(USERS);
    await until(() => clock.waits.includes(3_000));
    expect(simulator.sessions()).toEqual([]);
    clock.advance(3_000);
    await expect(creating).resolves.toBeDefined();
  });

  it('is "latency" together with another', async () => {
    inject({ kind: 'drop-after' });
    inject({ kind: 'latency' });
    const creating = api.createSession(USERS);
    creating.catch(() => {});
    await until(() => clock.waits.includes(1_000));
    clock.advance(1_000);
    await expect(creating).rejects.toMatchObject({ code: 'network' });
    expect(simulator.sessions()).toHaveLength(1);
  });

  it('is "slow-drip": byte by byte', async () => {
    inject({ kind: 'slow-drip', times: 1, delay: 20 });
    let isAnswered = false;
    const creating = api.createSession(USERS).finally(() => {
      isAnswered = true;
    });
    let drops = 0;
    while (!isAnswered) {
      if (clock.waits.includes(20)) {
        drops += 1;
        clock.advance(20);
      }
      await setImmediate();
    }
    const { session_id } = await creating;
    expect(session_id).toBe(simulator.sessions()[0]?.session_id);
    expect(drops).toBeGreaterThan(100);
  });

  it('is "slow-drip" no longer when the client has left', async () => {
    inject({ kind: 'slow-drip', times: 1, delay: 20 });
    const controller = new AbortController();
    const creating = api.createSession(USERS, { signal: controller.signal });
    creating.catch(() => {});
    await until(() => clock.waits.includes(20));
    controller.abort();
    await until(() => !clock.waits.includes(20));
    expect(clock.waits).toEqual([1_500]);
  });

  it('is "latency" for many at once, without a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    inject({ kind: 'latency', delay: 50 });
    const calls = Array.from({ length: 20 }, () => api.listSessions());
    await until(() => clock.waits.filter((delay) => delay === 50).length === 20);
    clock.advance(50);
    await Promise.all(calls);
    await setImmediate();
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('strikes the operation that it names, and no other', async () => {
    inject({ kind: 'server-error', operation: 'relay-session-get' });
    const { session_id } = await api.createSession(USERS);
    await expect(api.getSession(session_id)).rejects.toMatchObject({ status: 500 });
    await expect(api.listSessions()).resolves.toBeDefined();
    expect(calls('relay-session-get')).toEqual({ 500: 4 });
  });

  it('strikes the next calls, as many as it is told to, and is gone', async () => {
    inject({ kind: 'unavailable', times: 2 });
    expect(simulator.faults.list()).toEqual([{ kind: 'unavailable', times: 2 }]);
    const { length } = await api.listSessions().then(({ sessions }) => sessions);
    expect(length).toBe(0);
    expect(calls('relay-session-list')).toEqual({ 503: 2, 200: 1 });
    expect(simulator.faults.list()).toEqual([]);
  });

  it('strikes at a rate', async () => {
    inject({ kind: 'server-error', rate: 0.3, operation: 'relay-session-create' });
    for (let count = 0; count < 200; count += 1) await api.createSession(USERS).catch(() => {});
    const { 200: created = 0, 500: failed = 0 } = calls('relay-session-create');
    expect(created + failed).toBe(200);
    expect(failed).toBeGreaterThan(30);
    expect(failed).toBeLessThan(90);
  });

  it('of several, strikes in the order in which they came', async () => {
    inject({ kind: 'unavailable', times: 1 });
    inject({ kind: 'server-error', times: 1 });
    const status = () => api.createSession(USERS).catch((error) => error.status);
    expect([await status(), await status()]).toEqual([503, 500]);
  });

  it('ends when faults are cleared', async () => {
    inject({ kind: 'any' });
    simulator.faults.clear();
    await expect(api.createSession(USERS)).resolves.toBeDefined();
  });

  it('does not help who has no or a wrong API token', async () => {
    inject({ kind: 'server-error' });
    const wrong = new RelayApi({ apiToken: 'wrong', baseUrl: simulator.url });
    await expect(wrong.createSession(USERS)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['kind', { kind: 'earthquake' }],
    ['kind', {}],
    ['operation', { kind: 'any', operation: 'relay-session-pause' }],
    ['rate', { kind: 'any', rate: 1.1 }],
    ['rate', { kind: 'any', rate: -0.1 }],
    ['times', { kind: 'any', times: 0 }],
    ['times', { kind: 'any', times: 1.5 }],
    ['delay', { kind: 'latency', delay: -1 }],
    ['colour', { kind: 'any', colour: 'red' }],
  ])('that makes no sense is refused: "%s"', (field, fault) => {
    expect(() => inject(fault as Fault)).toThrowError(
      expect.objectContaining({ message: expect.stringContaining(`"${field}"`) }),
    );
    expect(simulator.faults.list()).toEqual([]);
  });
});
