import { describe, it } from 'vitest';
import type { RelayProxyOptions } from '../../../src/proxy/options.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { GameClient } from '../../support/game-client.js';
import { SharedTime } from '../../support/shared-time.js';
import { type Stack, startStack } from '../../support/stack.js';

const SECRETS = ['a secret that two processes have 123'];
const MINUTE = 60_000;

/** A service, and the time that passes for it and for the processes before it. */
async function startService() {
  const time = new SharedTime();
  const stack = await startStack({ linkDelay: 10, clock: time.clock() });
  return Object.assign(stack, { time });
}

type Service = Awaited<ReturnType<typeof startService>>;

/** A process with a memory of its own, and ordinary leases of 2 s. */
async function startProcess(service: Service, options: Partial<RelayProxyOptions> = {}) {
  const { time } = service;
  const logs: LogEntry[] = [];
  let looks = 0;
  let ahead = 0;
  const upstream: typeof fetch = async (input, init) => {
    const answer = await time.fetch(input, init);
    if ((input as Request).url.includes('/sessions?')) looks += 1;
    return answer;
  };
  const stack = await startStack(
    {},
    {
      secrets: SECRETS,
      edgegap: { ...service.edgegap, fetch: upstream },
      lease: 2,
      longestWait: 1,
      limits: { requestsPerPlayer: 1e6, requestsPerIp: 1e6 },
      log: (entry) => logs.push(entry),
      clock: time.clock(() => ahead),
      ...options,
    },
  );
  return {
    time,
    guest: () => GameClient.guest(stack.proxyUrl),
    /** The same player, here. */
    client: ({ token, playerId }: GameClient) =>
      Object.assign(new GameClient(stack.proxyUrl), { token, playerId }),
    warnings: () => logs.flatMap((entry) => (entry.event === 'warning' ? [entry.message] : [])),
    /** Lets it look at the list so often, each time after an ordinary lease, while `play` goes on. */
    async look(times: number, play: () => Promise<unknown> = async () => {}) {
      for (const end = looks + times; looks < end; ) {
        await play();
        await time.step();
      }
    },
    pass(duration: number) {
      ahead += duration;
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

type Process = Awaited<ReturnType<typeof startProcess>>;

/** Matches of a host and a joiner each. */
async function startMatches(at: Process, count: number) {
  const hosts = await Promise.all(Array.from({ length: count }, () => at.guest()));
  const created = await Promise.all(hosts.map((host) => host.create()));
  await at.time.step();
  return Promise.all(
    hosts.map(async (host, index) => {
      const { body: session } = await host.get(created[index]?.body);
      const joiner = await at.guest();
      const joined = (await joiner.join({ session_id: session.session_id })).body;
      return { host, joiner, session, joined };
    }),
  );
}

type Match = Awaited<ReturnType<typeof startMatches>>[number];

/** What the players of some matches get when they go on calling. */
async function statusesOf(matches: readonly Match[]): Promise<number[]> {
  const calls = matches.flatMap(({ host, joined, joiner, session }) => [
    host.get(session),
    joiner.get(joined),
  ]);
  return (await Promise.all(calls)).map(({ status }) => status);
}

const openIn = ({ simulator }: Stack) =>
  simulator
    .sessions()
    .map(({ session_id, session_users = [] }) => `${session_id} ${session_users.length}`)
    .sort();

describe.concurrent('of two processes with the same secrets and memories of their own', () => {
  it('neither takes anything from the other’s players', async ({ expect }) => {
    await using service = await startService();
    await using older = await startProcess(service);
    const matches = await startMatches(older, 3);
    await using newer = await startProcess(service);
    await newer.look(1);
    // Somebody hosts a match at the newer one, and somebody joins a match of the older one there.
    const others = await startMatches(newer, 1);
    const late = await newer.guest();
    const seat = (await late.join({ session_id: matches[0]?.session.session_id ?? '' })).body;
    const open = openIn(service);
    expect(open).toHaveLength(4);
    await newer.look(5, async () => {
      expect(new Set(await statusesOf([...matches, ...others]))).toEqual(new Set([200]));
      expect((await late.get(seat)).status).toBe(200);
    });
    expect(openIn(service)).toEqual(open);
    // The older one sees what the newer one makes, and says so once; each has said at its start what not to do.
    expect(older.warnings()).toHaveLength(2);
    expect(newer.warnings()).toHaveLength(1);
  });

  it('neither deletes what the other made for the same order', async ({ expect }) => {
    await using service = await startService();
    await using older = await startProcess(service);
    await using newer = await startProcess(service);
    await newer.look(1);
    const host = await older.guest();
    const twin = newer.client(host);
    const key = { 'idempotency-key': 'the-match' };
    const sessions = [(await host.create(key)).body, (await twin.create(key)).body];
    await newer.look(4, async () => {
      expect((await host.get(sessions[0])).status).toBe(200);
      expect((await twin.get(sessions[1])).status).toBe(200);
    });
    const ids = sessions.map(({ session_id }) => session_id);
    expect(
      service.simulator
        .sessions()
        .map(({ session_id }) => session_id)
        .sort(),
    ).toEqual(ids.sort());
  });

  it('the one keeps what the other made for an hour after its last sign', async ({ expect }) => {
    await using service = await startService();
    await using older = await startProcess(service);
    const matches = await startMatches(older, 1);
    const play = () => statusesOf(matches);
    await using newer = await startProcess(service);
    await newer.look(1, play);
    for (let signs = 0; signs < 3; signs += 1) {
      newer.pass(40 * MINUTE);
      await newer.look(1, play);
      await (await older.guest()).create();
      await newer.look(2, play);
      expect(await play()).toEqual([200, 200]);
    }
    expect(newer.warnings()).toHaveLength(2);
    newer.pass(61 * MINUTE);
    await service.time.until(() => expect(service.simulator.sessions()).toEqual([]));
  });
});

describe.concurrent('of a process that is gone', () => {
  /** Three matches of a predecessor, and its successor, to which nobody has come yet. */
  async function startSuccessor() {
    const service = await startService();
    const older = await startProcess(service);
    const matches = await startMatches(older, 3);
    await older[Symbol.asyncDispose]();
    const newer = await startProcess(service);
    await newer.guest();
    return {
      matches,
      newer,
      service,
      async [Symbol.asyncDispose]() {
        await newer[Symbol.asyncDispose]();
        await service[Symbol.asyncDispose]();
      },
    };
  }

  it('the sessions to which nobody comes are deleted after an hour', async ({ expect }) => {
    await using late = await startSuccessor();
    await late.newer.look(4);
    late.newer.pass(58 * MINUTE);
    await late.newer.look(3);
    expect(openIn(late.service)).toHaveLength(3);
    late.newer.pass(3 * MINUTE);
    await late.service.time.until(() => expect(openIn(late.service)).toEqual([]));
  });

  it('a host who came and went has an ordinary lease', async ({ expect }) => {
    await using late = await startSuccessor();
    const [match, ...others] = late.matches;
    if (!match) throw new Error('There must be three.');
    expect((await late.newer.client(match.host).get(match.session)).status).toBe(200);
    const kept = others.map(({ session }) => `${session.session_id} 2`).sort();
    await late.service.time.until(() => expect(openIn(late.service)).toEqual(kept));
    await late.newer.look(3);
    expect(openIn(late.service)).toEqual(kept);
  });

  it('the silent ones have an ordinary lease, once half of its hosts have come', async ({
    expect,
  }) => {
    await using late = await startSuccessor();
    const { newer, service } = late;
    const back = late.matches.slice(0, 2);
    const play = () =>
      Promise.all(back.map(({ host, session }) => newer.client(host).get(session)));
    const kept = back.map(({ session }) => `${session.session_id} 1`).sort();
    for (let looks = 0; looks < 10 && `${openIn(service)}` !== `${kept}`; looks += 1) {
      await newer.look(1, play);
    }
    expect(openIn(service)).toEqual(kept);
  });
});

it('a process says at its start where it must be alone', async ({ expect }) => {
  await using service = await startService();
  await using alone = await startProcess(service);
  await using shared = await startProcess(service, { store: new MemoryStore() });
  await alone.guest();
  await shared.guest();
  expect(alone.warnings()).toEqual([expect.stringContaining('memory alone')]);
  expect(shared.warnings()).toEqual([]);
});
