import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from '../support/redis-process.js';
import { type BenchOptions, CannotMeasure, type Figure, figure } from './figure.js';
import { startProcess } from './process.js';

/** What is measured for each of them. */
export const PRICED = [
  'create',
  'join',
  'get-at-hand',
  'get-after-15s',
  'webhook',
  'leave',
  'end',
] as const;

type Priced = (typeof PRICED)[number];

/** How many matches are made and ended at once while memory is measured. */
const AT_ONCE = 16;
/** After so long the seats are read anew, in milliseconds. */
const NOT_AT_HAND = 16_000;

/** A session, as far as it matters here. */
interface Seat {
  readonly session_id: string;
  readonly ticket: string;
}

/** How many commands Redis has carried out, those of its scripts included, and how many scripts. */
async function countsOf(redis: RedisServer): Promise<{ commands: number; scripts: number }> {
  const stats = await redis.ask<string>('INFO', 'commandstats');
  const calls = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)];
  // What this script asks for itself, and the signs of life.
  const asked = calls.filter(([, name = '']) => !/^(info|ping|hello|client|select)/.test(name));
  const sum = (some: typeof calls) => some.reduce((total, [, , count]) => total + Number(count), 0);
  return { commands: sum(asked), scripts: sum(asked.filter(([, name]) => name === 'evalsha')) };
}

async function memoryOf(redis: RedisServer): Promise<number> {
  const [, bytes] = /used_memory:(\d+)/.exec(await redis.ask<string>('INFO', 'memory')) ?? [];
  return Number(bytes);
}

/** What players ask a proxy for. */
function playersOf(url: string) {
  const call = async (path: string, method: string, token: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const sessions = '/v1/relays/sessions';
  return {
    call,
    create: (name: string): Promise<Seat> => call(sessions, 'POST', name, {}),
    join: (name: string, { session_id }: Seat): Promise<Seat> =>
      call(`${sessions}:authorize-user`, 'POST', name, { session_id }),
    get: ({ session_id, ticket }: Seat) => call(`${sessions}/${session_id}`, 'GET', ticket),
    leave: (seat: Seat) =>
      call(`${sessions}:revoke-user`, 'POST', seat.ticket, { session_id: seat.session_id }),
    end: ({ session_id, ticket }: Seat) => call(`${sessions}/${session_id}`, 'DELETE', ticket),
  };
}

/** What the proxy asks of Redis, and what it keeps there. */
export async function redisPrice({ quick, say }: BenchOptions): Promise<Figure[]> {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    throw new CannotMeasure('there is no redis-server (a package of Debian’s).');
  }
  const times = quick ? 3 : 100;
  const matches = quick ? 20 : 2_000;
  await using redis = await startRedis();
  using service = startProcess();
  using proxy = startProcess();
  const { url: serviceUrl } = await service.tell<{ url: string }>('service', { delays: [1] });
  const { url } = await proxy.tell<{ url: string }>('proxy', {
    serviceUrl,
    redisUrl: redis.url,
    // Nobody answers there: each webhook comes when it is to be measured.
    publicUrl: 'http://127.0.0.1:9',
  });
  const players = playersOf(url);
  const figures: Figure[] = [];
  const all = Array.from({ length: times }, (_, index) => index);
  const price = async (name: Priced, work: (index: number) => Promise<unknown>) => {
    say(`redis/${name}`);
    const before = await countsOf(redis);
    for (const index of all) await work(index);
    const after = await countsOf(redis);
    figures.push(
      figure(`redis/${name}/commands`, '1', (after.commands - before.commands) / times),
      figure(`redis/${name}/scripts`, '1', (after.scripts - before.scripts) / times),
    );
  };
  const hosts: Seat[] = [];
  const joiners: Seat[] = [];
  const host = (index: number) => hosts[index] as Seat;
  await price('create', async (index) => hosts.push(await players.create(`host-${index}`)));
  for (const index of all) await players.get(host(index));
  await price('join', async (index) =>
    joiners.push(await players.join(`joiner-${index}`, host(index))),
  );
  for (const index of all) await players.get(host(index));
  await price('get-at-hand', (index) => players.get(host(index)));
  await sleep(NOT_AT_HAND);
  await price('get-after-15s', (index) => players.get(host(index)));
  const hooks: string[] = [];
  for (const { session_id } of hosts) {
    const answer = await fetch(`${serviceUrl}/v1/relays/sessions/${session_id}`, {
      headers: { authorization: 'token secret' },
    });
    hooks.push(new URL(((await answer.json()) as { webhook_url: string }).webhook_url).pathname);
  }
  await price('webhook', (index) => players.call(hooks[index] ?? '', 'POST', '', {}));
  await price('leave', (index) => players.leave(joiners[index] as Seat));
  // What goes on by itself, with so many sessions open.
  const [before, rest] = [await countsOf(redis), quick ? 2_000 : 30_000];
  await sleep(rest);
  const perMinute = ((await countsOf(redis)).commands - before.commands) * (60_000 / rest);
  await price('end', (index) => players.end(host(index)));
  const empty = await memoryOf(redis);
  say(`redis/memory of ${matches} sessions`);
  const open = await fill(players, matches);
  const oneEach = await memoryOf(redis);
  await inTurns(open, (seat, index) => players.join(`second-${index}`, seat));
  const twoEach = await memoryOf(redis);
  return [
    ...figures,
    figure('redis/rest/commands-per-minute', '1', perMinute),
    figure('redis/memory-per-session', 'bytes', (oneEach - empty) / matches),
    figure('redis/memory-per-joiner', 'bytes', (twoEach - oneEach) / matches),
  ];
}

/** So many sessions, each with its host. */
async function fill(players: ReturnType<typeof playersOf>, count: number): Promise<Seat[]> {
  const open: Seat[] = [];
  const names = Array.from({ length: count }, (_, index) => `filler-${index}`);
  await inTurns(names, async (name) => open.push(await players.create(name)));
  return open;
}

/** Does some work for each of many, a few at once. */
async function inTurns<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<unknown>,
): Promise<void> {
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) await work(item, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
