import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Freshness, LATEST } from '../../src/channel-protocol/freshness.js';

/** What becomes of datagrams that are sent every 33 ms and travel as long as told. */
function play(travels: readonly number[], { start = 0, ahead = 0 } = {}): readonly boolean[] {
  const freshness = new Freshness();
  const arrivals = travels.map((travel, index) => {
    const sentAt = start + index * 33;
    return { sentAt: (sentAt + ahead) & 0xffff, at: sentAt + travel };
  });
  return arrivals.map(({ sentAt, at }) => freshness.isFresh(sentAt, at));
}

describe('freshness', () => {
  it('is relative to the player’s own distance', () => {
    for (const distance of [20, 150, 400, 5_000]) {
      expect(play([0, 30, 250, 251, 0].map((extra) => distance + extra))).toEqual([
        true,
        true,
        true,
        false,
        true,
      ]);
    }
  });

  it('needs no clocks that agree, and outlives the 16 bits of the send time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 0, max: 65_535 }),
        fc.array(fc.integer({ min: 0, max: LATEST }), { minLength: 1, maxLength: 50 }),
        (start, ahead, extras) => {
          const travels = [...extras.map((extra) => 80 + extra), 80 + 2 * LATEST + 1];
          const fates = play(travels, { start, ahead });
          expect(fates.slice(0, -1)).not.toContain(false);
          expect(fates.at(-1)).toBe(false);
        },
      ),
    );
  });

  it('takes the first quick one for its measure: what came before it is forgiven', () => {
    expect(play([900, 900, 100, 400, 900])).toEqual([true, true, true, false, false]);
  });

  it('gets used to a longer way within half a minute', () => {
    const fates = play([...Array(10).fill(50), ...Array(1_000).fill(500)]);
    expect(fates[10]).toBe(false);
    expect(fates.at(-1)).toBe(true);
  });

  it('tells how late the last one came', () => {
    const freshness = new Freshness();
    freshness.isFresh(0, 100);
    freshness.isFresh(10, 180);
    expect(freshness.lateness).toBe(70);
  });
});
