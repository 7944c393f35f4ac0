import { expect, it } from 'vitest';
import type { RelaySession } from '../../../src/api/schemas.js';
import type { Seat } from '../../../src/proxy/store/seat.js';
import type { Credentials } from '../../../src/proxy/watch/player-document.js';
import { Renderings } from '../../../src/proxy/watch/renderings.js';

const seatOf = (playerId: string): Seat => ({
  playerId,
  sessionId: 'a-S',
  role: 'client',
  ip: '1.1.1.1',
});

const session = (status: string) =>
  ({ session_id: 'a-S', status, ready: false, linked: false }) as RelaySession;

const known = (status: string, seats: readonly Seat[]) => ({
  session: session(status),
  seats,
  joinCode: 'K7QDRMBH',
});

/** Tickets that count how often they are put into text. */
function countedTickets(ticket: string) {
  const gateway = {
    url: '/v1/channel',
    ticket: 'the gateway’s',
    toJSON() {
      counted.writes += 1;
      return { url: gateway.url, ticket: gateway.ticket };
    },
  };
  const counted = { writes: 0, credentials: { ticket, gateway } as Credentials };
  return counted;
}

it('puts a player’s tickets into text once, however often the session changes', () => {
  const renderings = new Renderings();
  const seat = seatOf('p');
  const tickets = countedTickets('the seat’s');
  for (const status of ['x', 'y', 'z']) {
    renderings.clear();
    const { body } = renderings.render(known(status, [seat]), seat, tickets.credentials);
    expect(JSON.parse(body)).toEqual({
      ...session(status),
      players: [{ player_id: 'p', role: 'client' }],
      join_code: 'K7QDRMBH',
      role: 'client',
      player_id: 'p',
      ticket: 'the seat’s',
      gateway: { url: '/v1/channel', ticket: 'the gateway’s' },
    });
  }
  expect(tickets.writes).toBe(1);
});

it('forgets the tickets of a player who has left', () => {
  const renderings = new Renderings();
  const [seat, other] = [seatOf('p'), seatOf('q')];
  const tickets = countedTickets('the seat’s');
  renderings.render(known('x', [seat, other]), seat, tickets.credentials);
  renderings.clear();
  renderings.render(known('x', [other]), other, { ticket: 'another' });
  renderings.clear();
  renderings.render(known('x', [seat, other]), seat, tickets.credentials);
  expect(tickets.writes).toBe(2);
});

it('gives bodies that differ in anything tags that differ, and the same body the same tag', () => {
  const seat = seatOf('p');
  const gateway = { url: '/v1/channel', ticket: 'g' };
  const bodies = new Map<string, string>();
  const renderings = new Renderings();
  for (let round = 0; round < 2; round += 1) {
    for (const status of ['x', 'y']) {
      renderings.clear();
      for (const credentials of [
        { ticket: 'a' },
        { ticket: 'b' },
        { ticket: 'b', gateway },
        { ticket: 'b', gateway: { ...gateway, url: '/elsewhere' } },
        { ticket: 'b', gateway: { ...gateway, ticket: 'h' } },
      ]) {
        const { body, etag, length } = renderings.render(known(status, [seat]), seat, credentials);
        expect(bodies.get(etag) ?? body).toBe(body);
        expect(JSON.parse(body)).toMatchObject({ status, ...credentials });
        expect(length).toBe(new TextEncoder().encode(body).byteLength);
        bodies.set(etag, body);
      }
    }
  }
  expect(bodies.size).toBe(10);
});
