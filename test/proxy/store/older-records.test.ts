import { expect, it } from 'vitest';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { Chores } from '../../../src/proxy/upkeep/chores.js';
import { FakeClock } from '../../support/fake-clock.js';

const LIFETIME = 60_000;

/** What version 0.1.0 writes for a session with its host and one player: its very keys and texts. */
const OLDER = {
  values: {
    'nonce:n1': 'a-S',
    'join-code:K7QDRMBH': 'a-S',
    'session:a-S': '{"sessionId":"a-S","nonce":"n1","hostId":"anna","joinCode":"K7QDRMBH"}',
    'seat:a-S:anna':
      '{"playerId":"anna","sessionId":"a-S","role":"server","ip":"1.1.1.1","authorizationToken":7}',
    'seat:a-S:ben': '{"playerId":"ben","sessionId":"a-S","role":"client","ip":"2.2.2.2"}',
    'departed:a-S:cleo': 'kicked',
  },
  sets: [
    ['seats:a-S', 'anna', 0],
    ['seats:a-S', 'ben', 1_700_000_000_000],
    ['sessions-of:anna', 'a-S', 1_700_000_000_000],
    ['sessions-of:ben', 'a-S', 1_700_000_000_000],
    ['departures:a-S', 'cleo', Number.MAX_SAFE_INTEGER],
    ['chores', '{"what":"revoke","sessionId":"a-S","token":9}', 0],
  ],
} as const;

async function setUp() {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  for (const [key, value] of Object.entries(OLDER.values)) await store.set(key, value, LIFETIME);
  for (const [set, member, score] of OLDER.sets) await store.addToSet(set, member, score);
  return { clock, store, records: new SessionRecords(store) };
}

it('what the last release wrote is read', async () => {
  const { records } = await setUp();
  expect(await records.find('a-S')).toEqual({
    sessionId: 'a-S',
    nonce: 'n1',
    hostId: 'anna',
    joinCode: 'K7QDRMBH',
  });
  const { joinCode, seats } = await records.roster('a-S');
  expect(joinCode).toBe('K7QDRMBH');
  expect(seats.map(({ authorizationToken, playerId }) => [playerId, authorizationToken])).toEqual([
    ['anna', 7],
    ['ben', undefined],
  ]);
  expect(await records.sessionOfJoinCode('K7QDRMBH')).toBe('a-S');
  expect(await records.sessionOfNonce('n1')).toBe('a-S');
  expect(await records.departure('a-S', 'cleo')).toBe('kicked');
  expect(await records.sessionsOf('ben')).toEqual(['a-S']);
});

it('what is written now has all that the last release reads, under the same keys', async () => {
  const { records, store } = await setUp();
  const record = { sessionId: 'b-S', nonce: 'n2', hostId: 'dora', joinCode: 'OTHER' };
  const host = { playerId: 'dora', sessionId: 'b-S', role: 'server', ip: '3.3.3.3' } as const;
  expect(await records.begin(record, host, 1, [])).toBe(true);
  expect(JSON.parse((await store.get('session:b-S')) ?? '')).toMatchObject({
    ...record,
    version: 1,
  });
  expect(JSON.parse((await store.get('seat:b-S:dora')) ?? '')).toMatchObject({
    ...host,
    version: 1,
  });
  expect(await store.get('join-code:OTHER')).toBe('b-S');
  expect(await store.get('nonce:n2')).toBe('b-S');
  expect(await store.membersOfSet('seats:b-S')).toEqual(['dora']);
  expect(await store.membersOfSet('sessions-of:dora')).toEqual(['b-S']);
});

it('what a newer release adds is left alone', async () => {
  const { clock, records, store } = await setUp();
  const seat = { playerId: 'ben', sessionId: 'a-S', role: 'client', ip: '2.2.2.2' };
  await store.set('seat:a-S:ben', JSON.stringify({ version: 9, ...seat, mood: 'fine' }), LIFETIME);
  expect(await records.seat('a-S', 'ben')).toEqual(seat);
  const newer = '{"what":"dance","sessionId":"a-S"}';
  await store.addToSet('chores', newer, 0);
  const revoked: number[] = [];
  const api = {
    revokeUser: async ({ authorization_token }: { authorization_token: number }) => {
      revoked.push(authorization_token);
    },
  };
  const chores = new Chores(api as never, store, clock);
  expect(await chores.planned()).toHaveLength(1);
  await chores.doDue(20);
  expect(revoked).toEqual([9]);
  expect(await store.membersOfSet('chores')).toEqual([newer]);
});

it('what a newer release has written down to be done is done, whatever it has added to it', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const revoke = '{"what":"revoke","sessionId":"a-S","token":9,"mood":"fine"}';
  const end = '{"mood":"fine","what":"delete","sessionId":"a-S"}';
  for (const member of [revoke, end]) await store.addToSet('chores', member, 0);
  const done: unknown[] = [];
  const api = {
    revokeUser: async (user: object) => done.push(user),
    deleteSession: async (sessionId: string) => done.push(sessionId),
  };
  await new Chores(api as never, store, clock).doDue(20);
  expect(done).toContainEqual({ session_id: 'a-S', authorization_token: 9 });
  expect(done).toContain('a-S');
  expect(await store.membersOfSet('chores')).toEqual([]);
});
