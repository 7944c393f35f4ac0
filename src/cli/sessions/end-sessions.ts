import { createInterface } from 'node:readline/promises';
import { codeOf } from '../../common/relay-error.js';
import { say } from '../say.js';
import { SettingError } from '../setting-error.js';
import type { Account } from './account.js';
import { checkSecrets, isMeant } from './list-sessions.js';
import type { SessionRow } from './session-row.js';
import { rowsAsTable } from './show-rows.js';
import { visible } from './visible.js';

/** What the flags of `relais sessions end` come to. */
export interface EndFlags {
  readonly all?: boolean;
  /** Only those that are older, in seconds. */
  readonly olderThan?: number;
  /** Those of others as well. */
  readonly others?: boolean;
  /** Without asking. */
  readonly yes?: boolean;
}

/**
 * Ends sessions, after asking whether it may.
 *
 * @returns whether all that was meant is over now.
 */
export async function endSessions(
  account: Account,
  ids: readonly string[],
  flags: EndFlags,
): Promise<boolean> {
  checkFlags(account, ids, flags);
  const meant = ids.length > 0 ? await named(account, ids) : await selected(account, flags);
  const may = flags.others ? meant : meant.filter(({ owner }) => owner === 'mine');
  for (const { id } of meant.filter((row) => !may.includes(row))) {
    account.progress.tell(`${visible(id)} is not this proxy’s, and stays: see --others.`);
  }
  if (may.length === 0) {
    say(process.stdout, 'There is nothing to end.\n');
    return meant.length === 0;
  }
  say(process.stdout, rowsAsTable(may, account.clock.now()));
  if (!flags.yes && !(await isWanted(may.length))) {
    say(process.stdout, 'Nothing was ended.\n');
    return false;
  }
  const ended = await endEach(account, may);
  return ended === meant.length;
}

function checkFlags(
  account: Account,
  ids: readonly string[],
  { all, olderThan, others }: EndFlags,
): void {
  const isSelecting = all || olderThan !== undefined;
  if (ids.length === 0 && !isSelecting) {
    throw new SettingError('which sessions? Name their ids, or use --older-than or --all.');
  }
  if (ids.length > 0 && isSelecting) {
    throw new SettingError('use either ids, or --older-than or --all.');
  }
  checkSecrets(account, !others);
}

/** The sessions with these ids. One that is over already is left out. */
async function named(account: Account, ids: readonly string[]): Promise<SessionRow[]> {
  const rows: SessionRow[] = [];
  for (const id of new Set(ids)) {
    try {
      rows.push(await account.rowOf(await account.api.getSession(id)));
    } catch (error) {
      if (codeOf(error) !== 'not-found') throw error;
      account.progress.tell(`${visible(id)} is not open.`);
    }
  }
  return rows;
}

/** The sessions that the flags select: of others only where they are asked for. */
async function selected(account: Account, { olderThan, others }: EndFlags): Promise<SessionRow[]> {
  const which = { mine: !others, ...(olderThan !== undefined && { olderThan }) };
  const rows = await account.rows();
  const now = account.clock.now();
  return rows.filter((row) => isMeant(row, which, now));
}

/** Asks on the terminal. No answer is a no. */
async function isWanted(count: number): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const over = new AbortController();
  reader.once('close', () => over.abort());
  const what = count === 1 ? 'this session' : `these ${count} sessions`;
  try {
    const question = `End ${what}? Whoever plays there loses the relay. [y/N] `;
    const answer = await reader.question(question, { signal: over.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    say(process.stdout, '\n');
    return false;
  } finally {
    reader.close();
  }
}

/** @returns how many are over now. One that cannot be ended keeps none of the others. */
async function endEach(account: Account, rows: readonly SessionRow[]): Promise<number> {
  let ended = 0;
  for (const { id } of rows) {
    try {
      await account.api.deleteSession(id);
      ended += 1;
    } catch (error) {
      if (codeOf(error) === 'not-found') ended += 1;
      else account.progress.tell(`${visible(id)} was not ended: ${(error as Error).message}`);
    }
    account.progress.show(`${ended} of ${rows.length} ended …`);
  }
  account.progress.clear();
  say(process.stdout, `${ended} of ${rows.length} ended.\n`);
  return ended;
}
