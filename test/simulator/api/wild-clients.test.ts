import { afterEach, describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/simulator.js';
import { FakeClock } from '../../support/fake-clock.js';
import { GameClient } from '../../support/game-client.js';
import { Judge } from '../../support/openapi-judge.js';
import { startStack } from '../../support/stack.js';

const SESSIONS = '/v1/relays/sessions';
const AUTHORIZE = `${SESSIONS}:authorize-user`;
const REVOKE = `${SESSIONS}:revoke-user`;
const HEADERS = { authorization: 'token secret', 'content-type': 'application/json' };
const USERS = [{ ip: '1.1.1.1' }];
let simulator: Simulator;
let clock: FakeClock;

async function start(options: SimulatorOptions = {}) {
  clock = new FakeClock();
  simulator = await createSimulator({ clock, seed: 5, ...options });
  return new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
}

afterEach(() => simulator?.close());

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = HEADERS,
) {
  const response = await fetch(simulator.url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

/** A linked session, and the token of its user. */
async function link(api: RelayApi) {
  const { session_id } = await api.createSession({ users: USERS });
  clock.advance(1_500);
  const { session_users = [] } = await api.getSession(session_id);
  return { session_id, authorization_token: session_users[0]?.authorization_token ?? 0 };
}

describe('what clients in the wild send', () => {
  const session = { users: USERS };
  it.each([
    ['an empty webhook', SESSIONS, { ...session, webhook_url: '' }],
    ['a relay profile', SESSIONS, { ...session, relay_profile_slug: 'mine' }],
    ['a session identifier', SESSIONS, { ...session, session_identifier: 'mine' }],
    ['a user with more fields', SESSIONS, { users: [{ ip: '1.1.1.1', latitude: 1 }] }],
    [
      'a filter with more fields',
      SESSIONS,
      { ...session, filters: [{ field: 'a', values: ['b'], filter_type: 'not', weight: 1 }] },
    ],
    ['an extra field beside a joiner', AUTHORIZE, { user_ip: '2.2.2.2', note: 'x' }],
    ['an extra field beside a leaver', REVOKE, { note: 'x' }],
    ['a token as a string', REVOKE, 'as a string'],
  ])('is taken, and refused where the simulator is strict: %s', async (_what, path, part) => {
    for (const strict of [false, true]) {
      const api = await start({ strict });
      const { session_id, authorization_token } = await link(api);
      const owner = {
        [SESSIONS]: {},
        [AUTHORIZE]: { session_id },
        [REVOKE]: { session_id, authorization_token },
      }[path];
      const body =
        typeof part === 'string'
          ? { session_id, authorization_token: `${authorization_token}` }
          : { ...owner, ...part };
      const { status } = await send('POST', path, body);
      expect(status).toBe(strict ? 400 : path === REVOKE ? 204 : 200);
      await simulator.close();
    }
  });

  it('is taken with "Token", and without a content type, unless the simulator is strict', async () => {
    const token = { ...HEADERS, authorization: 'Token secret' };
    const plain = { authorization: 'token secret', 'content-type': 'text/plain' };
    for (const strict of [false, true]) {
      await start({ strict });
      const statuses = [];
      for (const headers of [token, plain]) {
        statuses.push((await send('POST', SESSIONS, { users: USERS }, headers)).status);
      }
      expect(statuses).toEqual(strict ? [401, 400] : [200, 200]);
      await simulator.close();
    }
  });

  it('is no webhook where its URL is empty', async () => {
    await start({ absent: 'null' });
    const { body } = await send('POST', SESSIONS, { users: USERS, webhook_url: '' });
    expect(body.webhook_url).toBeNull();
    clock.advance(1_500);
    expect(simulator.stats().webhooks).toMatchObject({ sent: 0, failed: 0 });
  });

  it('learns its own address, one that a session can be created with, unless the simulator is strict', async () => {
    await start();
    const { status, body } = await send('GET', '/v1/ip');
    expect([status, body]).toEqual([200, { public_ip: '1.1.1.1' }]);
    expect((await send('GET', '/v1/ip', undefined, {})).status).toBe(401);
    await simulator.close();
    await start({ strict: true });
    expect((await send('GET', '/v1/ip')).status).toBe(404);
  });
});

describe('a strict simulator', () => {
  it('names the field that it does not know', async () => {
    await start({ strict: true });
    const { body } = await send('POST', SESSIONS, { users: [{ ip: '1.1.1.1', name: 'me' }] });
    expect(body.message).toBe('"users.0.name" is not known.');
  });

  it('finds no fault with RelayApi', async () => {
    const api = await start({ strict: true });
    const filters = [{ field: 'location', values: ['US'], filter_type: 'any' }];
    const { session_id } = await api.createSession({
      users: USERS,
      filters,
      webhook_url: 'http://127.0.0.1:9/',
    });
    const { session_user } = await api.authorizeUser({ session_id, user_ip: '2.2.2.2' });
    const authorization_token = session_user?.authorization_token ?? 0;
    await api.revokeUser({ session_id, authorization_token });
    await api.listSessions({ page: 1, limit: 2 });
    await api.deleteSession(session_id);
    expect(simulator.stats().sessions).toEqual({ open: 0, created: 1 });
  });

  it('finds no fault with the proxy', async () => {
    await using stack = await startStack({ strict: true }, { developmentIp: '1.1.1.1' });
    const host = await GameClient.guest(stack.proxyUrl);
    const guest = await GameClient.guest(stack.proxyUrl);
    const { body: session } = await host.create();
    await host.linked(session);
    const { body: seat } = await guest.join({ join_code: session.join_code });
    expect((await guest.revoke(seat)).status).toBe(204);
    expect((await host.delete(session)).status).toBe(204);
    const { calls } = stack.simulator.stats();
    for (const statuses of Object.values(calls)) {
      expect(Object.keys(statuses).filter((status) => status >= '400')).toEqual([]);
    }
  });

  it('refuses the fields that the document does not know, and no others', async () => {
    await start({ strict: true });
    const judge = new Judge();
    const documented = { users: USERS, filters: [], webhook_url: 'http://127.0.0.1:9/' };
    for (const [body, isRight] of [
      [documented, true],
      [{ users: USERS }, true],
      [{ ...documented, relay_profile_slug: 'mine' }, false],
      [{ ...documented, session_identifier: 'mine' }, false],
    ] as const) {
      judge.violations.length = 0;
      const lax = await createSimulator();
      const request = { method: 'POST', headers: HEADERS, body: JSON.stringify(body) };
      await judge.fetch(lax.url + SESSIONS, request);
      await lax.close();
      expect(judge.violations.length === 0).toBe(isRight);
      expect((await send('POST', SESSIONS, body)).status === 200).toBe(isRight);
    }
  });
});

describe('a session’s own token', () => {
  it.each(['null', 'missing', 'mixed'] as const)(
    'is null until the session is linked, also in a joiner’s answer: absent values are %s',
    async (absent) => {
      await start({ absent });
      const { body } = await send('POST', SESSIONS, { users: USERS });
      const { session_id } = body;
      const joiner = { session_id, user_ip: '2.2.2.2' };
      const get = () => send('GET', `${SESSIONS}/${session_id}`);
      const list = await send('GET', SESSIONS);
      const documents = [
        body,
        (await send('POST', AUTHORIZE, joiner)).body,
        (await get()).body,
        list.body.sessions[0],
      ];
      expect(documents.map(({ authorization_token }) => authorization_token)).toEqual(
        Array(4).fill(null),
      );
      clock.advance(1_500);
      expect((await get()).body.authorization_token).toEqual(expect.any(Number));
      simulator.failSession(session_id, 'The relay went away.');
      expect((await get()).body.authorization_token).toBeNull();
    },
  );
});

describe('a user’s address', () => {
  const PRIVATE = [
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.9',
    '172.16.0.1',
    '169.254.1.1',
    '100.64.0.1',
  ];
  const RESERVED = [
    '0.0.0.0',
    '240.0.0.1',
    '224.0.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
  ];
  const DOCUMENTATION = ['192.0.2.1', '198.51.100.1', '203.0.113.7', '2001:db8::1'];
  const PUBLIC = ['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'];

  /** Whether a session with such a user is linked, and whether such a user may join another. */
  async function isTaken(options: SimulatorOptions, ip: string) {
    const api = await start({ absent: 'missing', ...options });
    const { session_id: other } = await api.createSession({ users: USERS });
    const { session_id } = await api.createSession({ users: [...USERS, { ip }] });
    clock.advance(1_500);
    const { linked, error } = await api.getSession(session_id);
    expect(error).toBe(linked ? undefined : 'The IP address of a user is not public.');
    const { status } = await send('POST', AUTHORIZE, { session_id: other, user_ip: ip });
    expect(status).toBe(linked ? 200 : 400);
    expect((await api.getSession(other)).error).toBeUndefined();
    await simulator.close();
    return linked;
  }

  it.each([...PRIVATE, ...RESERVED])(
    'lets the session fail where it is not public: %s',
    async (ip) => {
      expect(await isTaken({}, ip)).toBe(false);
      expect(await isTaken({ privateAddresses: true }, ip)).toBe(true);
      expect(await isTaken({ privateAddresses: true, strict: true }, ip)).toBe(true);
    },
  );

  it.each(DOCUMENTATION)(
    'may be one for examples, unless the simulator is strict: %s',
    async (ip) => {
      expect(await isTaken({}, ip)).toBe(true);
      expect(await isTaken({ strict: true }, ip)).toBe(false);
    },
  );

  it.each(PUBLIC)('may be any public one: %s', async (ip) => {
    expect(await isTaken({ strict: true }, ip)).toBe(true);
  });
});
