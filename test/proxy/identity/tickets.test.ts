import { expect, it } from 'vitest';
import { Tickets } from '../../../src/proxy/identity/tickets.js';
import type { Seat } from '../../../src/proxy/store/seat.js';
import { FakeClock } from '../../support/fake-clock.js';

/** Tickets that cost no cryptography: their texts are as long as what they are looked up by, and each is another. */
function start() {
  let sealed = 0;
  return new Tickets({
    sealer: {
      seal: async () => `${++sealed}`.padStart(43, '0'),
      open: async () => ({ state: 'invalid' }),
    },
    signer: { verify: async () => undefined },
    clock: new FakeClock(),
    lifetime: 86_400,
  });
}

const seatIn = (sessionId: string, playerId = 'ada') =>
  ({ playerId, sessionId, role: 'client', ip: '203.0.113.7' }) satisfies Seat;

it('forgets the tickets of one session together, and no other', async () => {
  const tickets = start();
  const gone = [await tickets.of(seatIn('gone')), await tickets.of(seatIn('gone', 'grace'))];
  const stays = await tickets.of(seatIn('stays'));
  expect(await tickets.of(seatIn('gone'))).toBe(gone[0]);
  tickets.forget('gone');
  expect(gone.map(({ text }) => tickets.known(text))).toEqual([undefined, undefined]);
  expect(tickets.known(stays.text)).toBe(stays);
  expect(await tickets.of(seatIn('gone'))).not.toBe(gone[0]);
  expect(await tickets.of(seatIn('stays'))).toBe(stays);
});

it('remembers 20,000 tickets at most: the session that came first makes way', async () => {
  const tickets = start();
  const first = await tickets.of(seatIn('0'));
  const second = await tickets.of(seatIn('1'));
  for (let index = 2; index < 20_000; index += 1) await tickets.of(seatIn(`${index}`));
  expect([tickets.size, tickets.known(first.text)]).toEqual([20_000, first]);
  const last = await tickets.of(seatIn('20000'));
  expect(tickets.size).toBe(20_000);
  expect(tickets.known(first.text)).toBeUndefined();
  expect(tickets.known(second.text)).toBe(second);
  expect(tickets.known(last.text)).toBe(last);
});
