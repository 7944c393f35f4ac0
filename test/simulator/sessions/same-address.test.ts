import { afterEach, describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/simulator.js';
import { FakeClock } from '../../support/fake-clock.js';

const HOST = '2001:db8::1';
const SAME = ['2001:db8::1', '2001:DB8:0:0:0:0:0:1'];
let simulator: Simulator;
let clock: FakeClock;

afterEach(() => simulator?.close());

async function start(options: SimulatorOptions) {
  clock = new FakeClock();
  simulator = await createSimulator({ clock, seed: 6, ...options });
  const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
  const { session_id } = await api.createSession({ users: [{ ip: HOST }] });
  const users = async () => (await api.getSession(session_id)).session_users ?? [];
  const authorize = async (user_ip: string) =>
    (await api.authorizeUser({ session_id, user_ip })).session_user;
  return { api, session_id, users, authorize };
}

describe('an address that a user of the session has already', () => {
  it('gets a new user, unless told otherwise', async () => {
    const { users, authorize } = await start({});
    const added = [await authorize(SAME[0] ?? ''), await authorize(SAME[1] ?? '')];
    clock.advance(1_500);
    const [host, ...others] = await users();
    expect(others).toEqual(added);
    expect(new Set([host, ...others].map((user) => user?.authorization_token)).size).toBe(3);
  });

  it.each(SAME)('gets the user who is there, before and after the link: %s', async (ip) => {
    const { users, authorize, session_id, api } = await start({ sameAddress: 'same-user' });
    const early = await authorize(ip);
    clock.advance(1_500);
    const [host, ...others] = await users();
    expect([host, others]).toEqual([early, []]);
    expect(await authorize(ip)).toEqual(host);
    // Who was revoked is not there any more.
    await api.revokeUser({ session_id, authorization_token: host?.authorization_token ?? 0 });
    const again = await authorize(ip);
    expect(again?.authorization_token).not.toBe(host?.authorization_token);
    expect(await authorize(ip)).toEqual(again);
  });

  it.each(SAME)('is refused with 409, and others are not: %s', async (ip) => {
    const { users, authorize } = await start({ sameAddress: 'conflict' });
    await expect(authorize(ip)).rejects.toMatchObject({ code: 'conflict', status: 409 });
    const other = await authorize('2001:db8::2');
    clock.advance(1_500);
    expect((await users()).slice(1)).toEqual([other]);
    await expect(authorize('2001:db8::2')).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each(['new-user', 'same-user', 'conflict'] as const)(
    'gets a user for each time that create names it: %s',
    async (sameAddress) => {
      const { api } = await start({ sameAddress });
      const { session_id } = await api.createSession({ users: [{ ip: HOST }, { ip: HOST }] });
      clock.advance(1_500);
      const { session_users = [] } = await api.getSession(session_id);
      expect(new Set(session_users.map((user) => user.authorization_token)).size).toBe(2);
    },
  );
});
