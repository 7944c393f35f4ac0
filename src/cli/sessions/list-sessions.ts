import { say } from '../say.js';
import { SettingError } from '../setting-error.js';
import type { Account } from './account.js';
import { type SessionRow, secondsSince } from './session-row.js';
import { rowAsJson, rowsAsTable } from './show-rows.js';

/** Which sessions are meant. */
export interface Selection {
  /** Only those that are older, in seconds. Those whose age is not known are not. */
  readonly olderThan?: number;
  /** Only those of this proxy. */
  readonly mine?: boolean;
}

/** What the flags of `relais sessions list` come to. */
export interface ListFlags extends Selection {
  readonly json?: boolean;
}

/** What to say where own sessions cannot be told from others. */
const NO_SECRETS = 'Without RELAIS_SECRETS, no session is known to be this proxy’s.';

/** Lists the account's sessions. */
export async function listSessions(account: Account, { json, ...which }: ListFlags): Promise<void> {
  checkSecrets(account, which.mine);
  const all = await account.rows();
  const now = account.clock.now();
  const rows = all.filter((row) => isMeant(row, which, now));
  if (json) {
    say(
      process.stdout,
      `${JSON.stringify(
        rows.map((row) => rowAsJson(row, now)),
        null,
        2,
      )}\n`,
    );
    return;
  }
  if (!account.knowsOwn) account.progress.tell(NO_SECRETS);
  if (rows.length > 0) say(process.stdout, rowsAsTable(rows, now));
  say(process.stdout, `${rows.length} of ${all.length} open sessions.\n`);
}

/** @throws {SettingError} where own sessions are asked for, and cannot be told from others. */
export function checkSecrets({ knowsOwn }: Account, mine: boolean | undefined): void {
  if (mine && !knowsOwn) throw new SettingError(`RELAIS_SECRETS is missing. ${NO_SECRETS}`);
}

/** Whether a session is one of those that are meant. */
export function isMeant(row: SessionRow, { mine, olderThan }: Selection, now: number): boolean {
  if (mine && row.owner !== 'mine') return false;
  return olderThan === undefined || (secondsSince(row, now) ?? 0) > olderThan;
}
