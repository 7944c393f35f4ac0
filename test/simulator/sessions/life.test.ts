import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/simulator.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';

const USERS = { users: [{ ip: '1.1.1.1' }, { ip: '2001:db8::1' }] };
let clock: FakeClock;
let simulator: Simulator;
let api: RelayApi;

async function start(options: SimulatorOptions = {}) {
  simulator = await createSimulator({ clock, seed: 3, ...options });
  api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
}

beforeEach(() => {
  clock = new FakeClock();
});
afterEach(async () => {
  await simulator.close();
  expect(clock.pending).toBe(0);
});

describe('a session', () => {
  it('begins as documented, and becomes ready and linked together after 1500 ms', async () => {
    await start();
    const created = await api.createSession(USERS);
    expect(created).toMatchObject({
      session_id: expect.stringMatching(/^[0-9a-f]{12}-S$/),
      status: 'Initializing',
      ready: false,
      linked: false,
      session_users: [],
    });
    expect([created.relay, created.error, created.webhook_url]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    clock.advance(1_499);
    expect(await api.getSession(created.session_id)).toEqual(created);
    clock.advance(1);
    const session = await api.getSession(created.session_id);
    expect(session).toMatchObject({ status: 'Linked', ready: true, linked: true });
    expect(session.session_users?.map(({ ip_address }) => ip_address)).toEqual([
      '1.1.1.1',
      '2001:db8::1',
    ]);
    const host = `${session.session_id.slice(0, 12)}.relay.localhost`;
    const { server, client } = session.relay?.ports ?? {};
    expect(session.relay).toMatchObject({ ip: '127.0.0.1', host });
    expect(server).toEqual({
      port: server?.port,
      protocol: 'UDP',
      link: `${host}:${server?.port}`,
    });
    expect(client?.port).toBe((server?.port ?? 0) + 1);
    expect(server?.port).toBeGreaterThanOrEqual(30_000);
  });

  it.each([
    ['linked', 100, 200, 'READY'],
    ['ready', 200, 100, 'Linked'],
  ] as const)('can be %s first', async (first, linkDelay, readyDelay, status) => {
    await start({ linkDelay, readyDelay });
    const { session_id } = await api.createSession(USERS);
    clock.advance(100);
    const half = await api.getSession(session_id);
    expect(half).toMatchObject({ linked: first === 'linked', ready: first === 'ready' });
    expect(half.relay !== undefined).toBe(first === 'linked');
    clock.advance(100);
    const whole = await api.getSession(session_id);
    expect(whole).toMatchObject({ linked: true, ready: true, status });
  });

  it('lives as it is told while the simulator runs', async () => {
    await start();
    const slow = await api.createSession(USERS);
    expect(simulator.setLife({ linkDelay: 10 })).toEqual({
      linkDelay: 10,
      readyDelay: null,
      failure: null,
    });
    const fast = await api.createSession(USERS);
    clock.advance(10);
    expect((await api.getSession(fast.session_id)).linked).toBe(true);
    expect((await api.getSession(slow.session_id)).linked).toBe(false);
    expect(() => simulator.setLife({ linkDelay: -1 })).toThrowError(
      /"linkDelay" must be 0 or more/,
    );
    expect(simulator.life().linkDelay).toBe(10);
  });

  it('fails with a message, on demand or by itself, and never recovers', async () => {
    await start();
    const one = await api.createSession(USERS);
    expect(simulator.failSession(one.session_id, 'No relay near the players.')).toBe(true);
    expect(simulator.failSession('000000000000-S', 'Nobody.')).toBe(false);
    simulator.setLife({ failure: 'Out of relays.' });
    const other = await api.createSession(USERS);
    clock.advance(60_000);
    const broken = { ready: false, linked: false, relay: undefined, session_users: [] };
    expect(await api.getSession(one.session_id)).toMatchObject({
      ...broken,
      error: 'No relay near the players.',
    });
    expect(await api.getSession(other.session_id)).toMatchObject({
      ...broken,
      error: 'Out of relays.',
    });
    await expect(
      api.authorizeUser({ session_id: one.session_id, user_ip: '1.1.1.1' }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('can fail while it is linked', async () => {
    await start();
    const { session_id } = await api.createSession(USERS);
    clock.advance(1_500);
    simulator.failSession(session_id, 'The relay went away.');
    expect(await api.getSession(session_id)).toMatchObject({ linked: false, ready: false });
    expect(await simulator.relink(session_id)).toBe(false);
  });

  it('gets another relay while it is open', async () => {
    await start();
    const { session_id } = await api.createSession(USERS);
    expect(await simulator.relink(session_id)).toBe(false);
    clock.advance(1_500);
    const before = await api.getSession(session_id);
    expect(await simulator.relink(session_id)).toBe(true);
    const after = await api.getSession(session_id);
    expect(after.relay?.ports).not.toEqual(before.relay?.ports);
    expect({ ...after, relay: undefined }).toEqual({ ...before, relay: undefined });
  });

  it('ends when it is deleted or ended', async () => {
    await start();
    const one = await api.createSession(USERS);
    const other = await api.createSession(USERS);
    await api.deleteSession(one.session_id);
    expect(simulator.endSession(other.session_id)).toBe(true);
    expect(simulator.endSession(other.session_id)).toBe(false);
    for (const { session_id } of [one, other]) {
      await expect(api.getSession(session_id)).rejects.toMatchObject({ code: 'not-found' });
      await expect(api.deleteSession(session_id)).rejects.toMatchObject({ code: 'not-found' });
    }
    expect(simulator.sessions()).toEqual([]);
  });

  it('tells code when it is linked, and when it is relinked', async () => {
    const linked: [string, number][] = [];
    await start({ linkDelay: 250, onLinked: (...told) => linked.push(told) });
    const { session_id } = await api.createSession(USERS);
    const begin = clock.now();
    clock.advance(1_000);
    await simulator.relink(session_id);
    expect(linked).toEqual([
      [session_id, begin + 250],
      [session_id, begin + 1_000],
    ]);
  });
});

describe('a hook that throws', () => {
  it('is uncaught, and changes nothing', async () => {
    const uncaught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error));
    const fail = () => {
      throw new Error('A slip in the hook.');
    };
    await start({ onLinked: fail, onAnswer: fail });
    const { session_id } = await api.createSession(USERS);
    clock.advance(1_500);
    expect(await api.getSession(session_id)).toMatchObject({ linked: true, ready: true });
    await until(() => uncaught.length === 3);
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
    expect(uncaught).toEqual(Array(3).fill(new Error('A slip in the hook.')));
  });
});

describe('a user', () => {
  it('is authorised before and after the session is linked, each time with a token of their own', async () => {
    await start();
    const { session_id } = await api.createSession(USERS);
    const request = { session_id, user_ip: '9.9.9.9' };
    const early = await api.authorizeUser(request);
    expect(early).toMatchObject({ linked: false, session_user: { ip_address: '9.9.9.9' } });
    clock.advance(1_500);
    const late = await api.authorizeUser(request);
    const session = await api.getSession(session_id);
    expect(late).toMatchObject({ linked: true, relay: session.relay });
    expect(session.session_users?.slice(2)).toEqual([early.session_user, late.session_user]);
    expect(late.session_user).toMatchObject({
      latitude: early.session_user?.latitude,
      longitude: early.session_user?.longitude,
    });
    const tokens = session.session_users?.map((user) => user.authorization_token);
    expect(new Set(tokens).size).toBe(4);
  });

  it('is revoked by token: 200 while others are left, 204 after the last, 404 for nobody', async () => {
    await start({ linkDelay: 0 });
    const { session_id } = await api.createSession(USERS);
    clock.advance(0);
    const { session_users = [] } = await api.getSession(session_id);
    const [one = 0, two = 0] = session_users.map((user) => user.authorization_token);
    const revoke = (authorization_token: number) =>
      api.revokeUser({ session_id, authorization_token });
    expect((await revoke(one))?.session_users).toHaveLength(1);
    await expect(revoke(one)).rejects.toMatchObject({ code: 'not-found' });
    expect(await revoke(two)).toBeUndefined();
    const unknown = { session_id: '000000000000-S', authorization_token: two };
    await expect(api.revokeUser(unknown)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has a token of their own even where chance draws the same number each time', async () => {
    await start({ seed: undefined as never, linkDelay: 0 });
    const { session_id } = await api.createSession(USERS);
    const other = await api.createSession(USERS);
    clock.advance(0);
    const { session_users = [] } = await api.getSession(session_id);
    expect(new Set(session_users.map((user) => user.authorization_token)).size).toBe(2);
    expect(other.session_id).not.toBe(session_id);
  });
});

describe('a seed', () => {
  async function run(seed: number, failRate = 0) {
    const stage = new FakeClock();
    const seeded = await createSimulator({ seed, clock: stage, linkDelay: 5, failRate });
    const seededApi = new RelayApi({ apiToken: 'secret', baseUrl: seeded.url });
    const outcomes: string[] = [];
    for (let count = 0; count < 30; count += 1) {
      await seededApi.createSession(USERS).then(
        () => outcomes.push('created'),
        (error) => outcomes.push(error.status ?? error.code),
      );
    }
    stage.advance(5);
    const sessions = seeded.sessions();
    await seeded.close();
    return { sessions, outcomes };
  }

  it('makes a run repeatable, faults included', async () => {
    await start();
    const [one, same, other] = [await run(1, 0.5), await run(1, 0.5), await run(2, 0.5)];
    expect(same).toEqual(one);
    expect(other.sessions).not.toEqual(one.sessions);
    expect(new Set(one.outcomes).size).toBeGreaterThan(3);
  });

  it('draws every digit of an id by chance', async () => {
    await start();
    const { sessions } = await run(1);
    for (let place = 0; place < 12; place += 1) {
      expect(new Set(sessions.map(({ session_id }) => session_id[place])).size).toBeGreaterThan(4);
    }
  });

  it('draws what strikes webhooks apart from what strikes requests', async () => {
    await start();
    const outcomes = async (linkDelay: number) => {
      const stage = new FakeClock();
      const seeded = await createSimulator({ seed: 4, clock: stage, linkDelay });
      seeded.faults.add({ kind: 'webhook-lost', rate: 0.99 });
      seeded.faults.add({ kind: 'server-error', rate: 0.5, operation: 'relay-session-get' });
      const { url } = seeded;
      const seededApi = new RelayApi({
        apiToken: 'secret',
        baseUrl: url,
        clock: new FakeClock({ hurry: { except: 10_000 } }),
      });
      for (let count = 0; count < 20; count += 1) {
        const webhook_url = 'http://127.0.0.1:9/';
        const { session_id } = await seededApi.createSession({ ...USERS, webhook_url });
        stage.advance(5);
        await seededApi.getSession(session_id).catch(() => {});
      }
      const { calls } = seeded.stats();
      await seeded.close();
      return calls['relay-session-get'];
    };
    expect(await outcomes(5)).toEqual(await outcomes(1_000));
  });

  it('draws tokens from all of the unsigned 32-bit numbers', async () => {
    await start();
    const { sessions } = await run(1);
    const tokens = sessions.map((session) => session.authorization_token ?? 0);
    expect(Math.max(...tokens)).toBeGreaterThan(2 ** 31);
    expect(Math.min(...tokens)).toBeLessThan(2 ** 31);
    expect(new Set(tokens).size).toBe(30);
  });
});
