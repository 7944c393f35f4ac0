import { expect, it } from 'vitest';
import type { Seat } from '../../../src/proxy/store/seat.js';
import type { SessionRecords } from '../../../src/proxy/store/session-records.js';
import { SeatRoster } from '../../../src/proxy/watch/seat-roster.js';
import { FakeClock } from '../../support/fake-clock.js';

const seat = (playerId: string): Seat => ({ playerId, sessionId: 'a-S', role: 'client', ip: '' });

it.each([0, 1, 2, 3, 4, 5])(
  'knows who came while it was read, however far that was: %s steps',
  async (steps) => {
    let seats = [seat('anna')];
    const records = { roster: async () => ({ seats, joinCode: undefined }) };
    const roster = new SeatRoster('a-S', {
      records: records as unknown as SessionRecords,
      clock: new FakeClock(),
      document: () => undefined,
      onChange: () => {},
    });
    const loading = roster.load();
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    seats = [...seats, seat('bob')];
    await roster.load();
    await loading;
    expect(roster.seats).toEqual(seats);
    expect(roster.isFresh).toBe(true);
  },
);
