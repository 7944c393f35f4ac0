import { ageOf } from './age.js';
import { type Owner, type SessionRow, secondsSince } from './session-row.js';
import { tableOf } from './table.js';
import { visible } from './visible.js';

/** Whose a session is, in words. */
export const OWNERS: Readonly<Record<Owner, string>> = {
  mine: 'this proxy',
  another: 'another proxy',
  unknown: 'no proxy',
};

/** What stands where nothing is known. */
const NOTHING = '–';

/** Sessions as a table for people, the oldest first. Those whose age is not known stand last. */
export function rowsAsTable(rows: readonly SessionRow[], now: number): string {
  const sorted = [...rows].sort(
    (one, other) =>
      (one.made ?? Number.POSITIVE_INFINITY) - (other.made ?? Number.POSITIVE_INFINITY),
  );
  const cells = sorted.map((row) => {
    const seconds = secondsSince(row, now);
    return [
      visible(row.id),
      seconds === undefined ? NOTHING : ageOf(seconds),
      visible(row.status) || NOTHING,
      String(row.players ?? NOTHING),
      OWNERS[row.owner],
    ];
  });
  return tableOf([['ID', 'AGE', 'STATUS', 'PLAYERS', 'WHOSE'], ...cells]);
}

/** A session for programs: `made` as an ISO date, `age` in seconds, `null` where nothing is known. */
export function rowAsJson(row: SessionRow, now: number) {
  const { id, linked, made, owner, players = null, ready, status } = row;
  const seconds = secondsSince(row, now);
  return {
    session_id: id,
    status,
    ready,
    linked,
    players,
    owner,
    made: made === undefined ? null : dateOf(made),
    age: seconds === undefined ? null : Math.floor(seconds),
  };
}

/** A moment as text; `null` for one that no calendar has. */
function dateOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
