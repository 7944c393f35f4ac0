import { describe, expect, it } from 'vitest';
import { CallsPerPlayer } from '../../../src/proxy/limits/calls-per-player.js';
import { DEFAULT_LIMITS, type Limits } from '../../../src/proxy/limits/default-limits.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const refused = { status: 429, body: { code: 'rate-limited' } };

/** Limits on a clock that stands still, and how many of so many calls they let through. */
function start(limits: Partial<Limits> = {}, callsPerSecond = 1_000) {
  const clock = new FakeClock();
  const upstream = new CallsPerPlayer({
    limits: { ...DEFAULT_LIMITS, ...limits },
    callsPerSecond,
    clock,
    store: new MemoryStore(clock),
  });
  const isLetThrough = (player: string, address: string): boolean => {
    try {
      upstream.count(player, address);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ status: 429, code: 'rate-limited' });
      expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(0);
      return false;
    }
  };
  const tryAll = (calls: readonly (readonly [player: string, address: string])[]) =>
    calls.filter(([player, address]) => isLetThrough(player, address)).length;
  const times = (count: number, address: (index: number) => string) =>
    tryAll(Array.from({ length: count }, (_, index) => [`player ${index}`, address(index)]));
  return { clock, upstream, isLetThrough, times };
}

describe('the calls of the relay session API that are let through', () => {
  it.each([
    ['an IPv4 address', () => '8.8.8.8', 1],
    ['an IPv6 network of 64 bits', (index: number) => `2606:4700:0:1::${index}`, 1],
    ['one of 56 bits', (index: number) => `2606:4700:0:${(index % 256).toString(16)}::1`, 4],
    [
      'one of 48 bits',
      (index: number) => `2606:4700:0:${((index % 256) * 256).toString(16)}::1`,
      16,
    ],
  ])('are so many a minute for %s', (_name, address, share) => {
    const { clock, times } = start({ upstreamCallsPerIp: 10 });
    expect(times(1_000, (index) => address(index % 0xffff))).toBe(10 * share);
    clock.advance(60_000);
    expect(times(1_000, (index) => address(index % 0xffff))).toBe(10 * share);
  });

  it('are so many a minute for one player, wherever they ask from', () => {
    const { isLetThrough } = start({ upstreamCallsPerPlayer: 3 });
    const from = (index: number) => isLetThrough('ada', `8.8.8.${index}`);
    expect([from(1), from(2), from(3), from(4)]).toEqual([true, true, true, false]);
    expect(isLetThrough('bob', '8.8.8.4')).toBe(true);
  });

  it('are not fewer for the neighbours of one who is refused', () => {
    const { times } = start({ upstreamCallsPerIp: 10 });
    expect(times(10_000, () => '2606:4700:0:1::1')).toBe(10);
    expect(times(10, () => '2606:4700:0:2::1')).toBe(10);
  });

  it('are in total as many as the budget has, for whoever has used many of them; others may go on', () => {
    const limits = { upstreamCallsPerPlayer: 20, upstreamCallsPerIp: 1_000 };
    const { clock, times } = start(limits, 1);
    expect(times(100, () => '8.8.8.8')).toBe(60);
    expect(times(100, () => '9.9.9.9')).toBe(20);
    expect(times(100, (index) => `2606:4700:${index}::1`)).toBe(100);
    clock.advance(60_000);
    expect(times(100, () => '8.8.8.8')).toBe(60);
  });
});

const limits = { upstreamCallsPerPlayer: 6, createsPerPlayer: 100, sessionsPerPlayer: 100 };

it('a player who joins and leaves again and again is refused, once they are out', async () => {
  await using stack = await startStack({ linkDelay: 60_000 }, { limits });
  const [host, player] = [
    await GameClient.guest(stack.proxyUrl),
    await GameClient.guest(stack.proxyUrl),
  ];
  const { session_id } = (await host.create()).body;
  const statuses: number[] = [];
  for (let index = 0; index < 3; index += 1) {
    const joined = await player.join({ session_id });
    statuses.push(joined.status, (await player.revoke(joined.body)).status);
  }
  expect(statuses).toEqual([200, 204, 200, 204, 200, 204]);
  const calls = () => {
    const { 'relay-session-list': _lists, ...others } = stack.simulator.stats().calls;
    return JSON.stringify(others);
  };
  const before = calls();
  const answer = await player.join({ session_id });
  expect(answer).toMatchObject(refused);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(calls()).toBe(before);
  expect((await host.create()).status).toBe(200);
});

it('creates count, and what frees something is never refused', async () => {
  await using stack = await startStack({ linkDelay: 60_000 }, { limits });
  const host = await GameClient.guest(stack.proxyUrl);
  const sessions = [];
  for (let index = 0; index < 6; index += 1) sessions.push((await host.create()).body);
  expect(await host.create()).toMatchObject(refused);
  for (const session of sessions) expect((await host.delete(session)).status).toBe(204);
  expect(stack.simulator.sessions()).toEqual([]);
  expect(await host.create()).toMatchObject(refused);
});

it('a get over the limit is answered with what is known', async () => {
  const clock = new FakeClock();
  await using stack = await startStack({ linkDelay: 60_000 }, { limits, clock });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = (await host.create()).body;
  for (let index = 0; index < 10; index += 1) {
    clock.advance(1_500);
    expect((await host.get(session)).status).toBe(200);
  }
  expect(stack.simulator.stats().calls['relay-session-get']).toEqual({ 200: 5 });
});

it('a get over the limit is refused where nothing is known, as after a restart', async () => {
  const secrets = ['a secret that two instances share 12'];
  await using stack = await startStack({ linkDelay: 60_000 }, { secrets });
  const host = await GameClient.guest(stack.proxyUrl);
  const sessions = [];
  for (let index = 0; index < 4; index += 1) sessions.push((await host.create()).body);
  const few = { upstreamCallsPerPlayer: 3 };
  await using after = await startStack({}, { limits: few, secrets, edgegap: stack.edgegap });
  const player = new GameClient(after.proxyUrl);
  const answers = [];
  for (const session of sessions) answers.push(await player.get(session));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers[3]).toMatchObject(refused);
  expect(stack.simulator.stats().calls['relay-session-get']).toEqual({ 200: 3 });
});
