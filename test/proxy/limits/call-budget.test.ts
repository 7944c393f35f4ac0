import { describe, expect, it } from 'vitest';
import { CallBudget } from '../../../src/proxy/limits/call-budget.js';
import type { AskClass, CallClass } from '../../../src/proxy/limits/call-class.js';
import { createUpstreamFetch } from '../../../src/proxy/limits/upstream-fetch.js';
import { FakeClock } from '../../support/fake-clock.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Upstream calls through a budget of `perSecond`, each answered as told. */
function start(
  perSecond: number,
  answer: () => Response = () => new Response('{}'),
  asks: AskClass | undefined = 'announced',
) {
  const clock = new FakeClock();
  const started: string[] = [];
  const budget = new CallBudget(perSecond, clock);
  const fetch = createUpstreamFetch({
    fetch: async (input) => {
      started.push((input as Request).method);
      return answer();
    },
    budget,
    metrics: undefined,
    clock,
    asks,
  });
  const call = (method: string, signal?: AbortSignal) =>
    fetch(
      new Request('http://upstream/v1/relays/sessions/a', { method }),
      signal ? { signal } : {},
    );
  return { budget, clock, started, call };
}

describe('the budget of upstream calls', () => {
  it('is so many per second, for all together', async () => {
    const { clock, started, call } = start(5);
    for (let index = 0; index < 20; index += 1) void call('GET');
    await settle();
    expect(started).toHaveLength(5);
    clock.advance(1_000);
    await settle();
    expect(started).toHaveLength(10);
    clock.advance(10_000);
    await settle();
    expect(started).toHaveLength(20);
    expect(clock.pending).toBe(0);
  });

  it('serves what changes something before what only asks', async () => {
    const { clock, started, call } = start(1);
    for (const method of ['GET', 'GET', 'GET', 'DELETE', 'POST']) void call(method);
    await settle();
    clock.advance(10_000);
    await settle();
    expect(started).toEqual(['GET', 'DELETE', 'POST', 'GET', 'GET']);
  });

  it.each([
    ['3', 3_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['3, 9', 3_000],
    ['soon', 1_000],
    [null, 1_000],
    ['999999', 60_000],
  ])('is nothing while a 429 asks for a pause: %s', async (retryAfter, pause) => {
    const headers: Record<string, string> =
      retryAfter === null ? {} : { 'retry-after': retryAfter };
    const { clock, started, call } = start(100, () => new Response('{}', { status: 429, headers }));
    await call('GET');
    void call('POST');
    await settle();
    clock.advance(pause - 1);
    await settle();
    expect(started).toEqual(['GET']);
    clock.advance(1);
    await settle();
    expect(started).toEqual(['GET', 'POST']);
  });

  it.each([1, 5, 20, 1_000])('lets sweeps use a quarter of %d a second', async (perSecond) => {
    const clock = new FakeClock();
    const idle = new CallBudget(perSecond, clock);
    let swept = 0;
    for (let call = 0; call < perSecond * 20; call += 1) {
      void idle.take('sweeps', 'nobody', new AbortController().signal).then(() => {
        swept += 1;
      });
    }
    for (let step = 0; step < 200; step += 1) {
      clock.advance(100);
      await settle();
    }
    expect(swept).toBeGreaterThanOrEqual(perSecond * 5);
    expect(swept).toBeLessThanOrEqual(perSecond * 5 + Math.max(1, perSecond / 4));
  });

  it('tells which share of it was used within ten seconds', async () => {
    const { budget, clock, call } = start(5);
    expect(budget.used).toBe(0);
    for (let index = 0; index < 60; index += 1) void call('GET');
    for (let second = 0; second < 11; second += 1) {
      clock.advance(1_000);
      await settle();
    }
    expect(budget.used).toBe(1);
    clock.advance(5_000);
    expect(budget.used).toBeCloseTo(0.5, 0.1);
    clock.advance(6_000);
    expect(budget.used).toBe(0);
  });

  it('serves a player at once while sweeps wait for their quarter', async () => {
    const clock = new FakeClock();
    const budget = new CallBudget(2, clock);
    const take = (callClass: CallClass, asker: string) =>
      budget.take(callClass, asker, new AbortController().signal);
    for (let call = 0; call < 10; call += 1) void take('sweeps', 'nobody');
    await take('takes', 'ada');
    let isServed = false;
    void take('takes', 'ada').then(() => {
      isServed = true;
    });
    clock.advance(500);
    await settle();
    expect(isServed).toBe(true);
  });

  it.each([1, 2, 5, 20, 1_000])(
    'lets reads use all of %d a second, but for a reserve',
    async (perSecond) => {
      const clock = new FakeClock();
      const budget = new CallBudget(perSecond, clock);
      const served: CallClass[] = [];
      const take = (callClass: CallClass) =>
        budget
          .take(callClass, 'ada', new AbortController().signal)
          .then(() => served.push(callClass));
      for (let call = 0; call < perSecond * 20; call += 1) void take('reads');
      for (let step = 0; step < 100; step += 1) {
        clock.advance(100);
        await settle();
      }
      expect(served.length).toBeGreaterThanOrEqual(perSecond * 10 - 1);
      for (let call = 0; call < perSecond / 5 - 1; call += 1) void take('announced');
      await settle();
      const { length } = served.filter((callClass) => callClass === 'announced');
      expect(length).toBe(Math.max(0, Math.ceil(perSecond / 5 - 1)));
    },
  );

  it('lets reads have their tenth while others use all that there is', async () => {
    const clock = new FakeClock();
    const budget = new CallBudget(20, clock);
    const served: CallClass[] = [];
    for (const callClass of ['takes', 'reads'] as const) {
      for (let call = 0; call < 1_000; call += 1) {
        void budget
          .take(callClass, 'ada', new AbortController().signal)
          .then(() => served.push(callClass));
      }
    }
    for (let step = 0; step < 100; step += 1) {
      clock.advance(100);
      await settle();
    }
    const { length } = served.filter((callClass) => callClass === 'reads');
    expect(length / served.length).toBeCloseTo(0.1, 1);
    expect(served.length).toBeGreaterThanOrEqual(200);
  });

  it('refuses a call at the moment when it has waited for too long, and says when to come again', async () => {
    const clock = new FakeClock();
    const budget = new CallBudget(1, clock);
    const take = (callClass: CallClass, patience?: number) =>
      budget.take(callClass, 'ada', new AbortController().signal, patience);
    await take('takes');
    let refusal: unknown;
    take('takes', 3_000).catch((error) => {
      refusal = error;
    });
    let freed = 0;
    for (let call = 0; call < 5; call += 1)
      void take('frees').then(() => {
        freed += 1;
      });
    clock.advance(2_999);
    await settle();
    expect(refusal).toBeUndefined();
    clock.advance(1);
    await settle();
    expect(refusal).toMatchObject({ status: 503, code: 'upstream-unavailable', retryAfter: 3 });
    clock.advance(2_000);
    await settle();
    expect([freed, clock.pending]).toEqual([5, 0]);
  });

  it('refuses it earlier where that is known: what goes first takes too long, or a pause does', async () => {
    const clock = new FakeClock();
    const budget = new CallBudget(10, clock);
    const refused: unknown[] = [];
    const take = (callClass: CallClass, patience?: number) =>
      budget
        .take(callClass, 'ada', new AbortController().signal, patience)
        .catch((error) => refused.push(error));
    for (let call = 0; call < 10; call += 1) await take('takes');
    for (let call = 0; call < 20; call += 1) void take('takes', 3_000);
    for (let call = 0; call < 20; call += 1) void take('frees');
    clock.advance(100);
    await settle();
    // Forty turns take four seconds. Some are sure of theirs, and with some nobody can tell yet.
    expect(refused.length).toBeGreaterThan(2);
    expect(refused.length).toBeLessThan(10);
    budget.pause(4_000);
    await settle();
    expect(refused).toHaveLength(20);
    expect(refused.at(-1)).toMatchObject({ status: 503, code: 'upstream-unavailable' });
  });

  it('is not spent by who has given up', async () => {
    const { clock, started, call } = start(1);
    void call('GET');
    const leaving = new AbortController();
    const given = call('GET', leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    void call('POST');
    await settle();
    clock.advance(1_000);
    await settle();
    expect(started).toEqual(['GET', 'POST']);
  });
});
