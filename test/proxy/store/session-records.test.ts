import { expect, it } from 'vitest';
import { MemoryStore } from '../../../src/proxy/store/memory-store.js';
import { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Gate } from '../../support/gate.js';
import { wrapStore } from '../../support/wrap-store.js';

const DAY = 24 * 60 * 60_000;

/** A session with its host and two players. */
async function setUp() {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const records = new SessionRecords(store);
  const [sessionId, hostId] = ['a-S', 'anna'];
  await records.claimNonce('the-nonce', sessionId);
  await records.claimJoinCode('CODE', sessionId);
  await records.save({ sessionId, nonce: 'the-nonce', hostId, joinCode: 'CODE' });
  const take = (playerId: string, role: 'server' | 'client') =>
    records.takeSeat({ playerId, sessionId, role, ip: '' }, clock.now());
  await take(hostId, 'server');
  for (const playerId of ['ben', 'cleo', 'dora']) await take(playerId, 'client');
  return { clock, records, sessionId, store, take };
}

it('an ended session leaves its end and its key behind, for a day, and then nothing', async () => {
  const { clock, records, sessionId, store } = await setUp();
  for (const [playerId, why] of [
    ['ben', 'left'],
    ['cleo', 'kicked'],
  ] as const) {
    await records.giveUpSeat({ sessionId, playerId }, why);
  }
  await records.end(sessionId);
  // Who goes in the middle of the end leaves nothing behind either.
  await records.giveUpSeat({ sessionId, playerId: 'dora' }, 'left');
  expect(store.size).toBe(2);
  expect(await records.hasEnded(sessionId)).toBe(true);
  expect(await records.sessionOfNonce('the-nonce')).toBe(sessionId);
  expect(await store.sizeOfSet('departures:a-S')).toBe(0);
  clock.advance(DAY + 60_000);
  expect(store.size).toBe(0);
});

it('the second session of one create does not take the key with it', async () => {
  const { clock, records } = await setUp();
  const record = { sessionId: 'b-S', nonce: 'the-nonce', hostId: 'anna', joinCode: 'OTHER' };
  await records.save(record);
  await records.end('b-S');
  clock.advance(2 * DAY);
  expect(await records.sessionOfNonce('the-nonce')).toBe('a-S');
});

it('a kick holds as long as the session does; who left or lapsed is forgotten after a day', async () => {
  const { clock, records, sessionId, store, take } = await setUp();
  await records.giveUpSeat({ sessionId, playerId: 'ben' }, 'kicked');
  await records.giveUpSeat({ sessionId, playerId: 'cleo' }, 'lapsed');
  clock.advance(DAY - 1_000);
  expect(await records.departure(sessionId, 'cleo')).toBe('lapsed');
  clock.advance(2_000);
  expect(await records.departure(sessionId, 'cleo')).toBeUndefined();
  clock.advance(60 * DAY);
  expect(await records.departure(sessionId, 'ben')).toBe('kicked');
  await take('dora', 'client');
  await records.giveUpSeat({ sessionId, playerId: 'dora' }, 'left');
  // Nothing is left of whoever is forgotten.
  expect(await store.membersOfSet('departures:a-S')).toEqual(['dora', 'ben']);
});

it('a kick stays one where a lease runs out at the same moment', async () => {
  const store = new MemoryStore();
  const gate = new Gate();
  const slow = new SessionRecords(
    wrapStore(store, async (operation, call) => {
      if (operation === 'dropDue') await gate.pass();
      return call();
    }),
  );
  const records = new SessionRecords(store);
  const seat = { sessionId: 'a-S', playerId: 'ben' };
  const lapsing = slow.giveUpSeat(seat, 'lapsed');
  await gate.arrived;
  await records.giveUpSeat(seat, 'kicked');
  gate.open();
  await lapsing;
  expect(await records.departure('a-S', 'ben')).toBe('kicked');
});
