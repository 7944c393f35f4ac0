import type { Command } from 'commander';
import { newCommand } from './new-command.js';
import type { Env } from './read-setting.js';
import { readDuration } from './read-value.js';
import { Account } from './sessions/account.js';
import { type EndFlags, endSessions } from './sessions/end-sessions.js';
import { type ListFlags, listSessions } from './sessions/list-sessions.js';
import { showSession } from './sessions/show-session.js';

/** What stands below the flags of each verb. */
const SETTINGS_HELP = `
From the environment, as "relais proxy" has them: EDGEGAP_API_TOKEN, EDGEGAP_API_URL, and RELAIS_SECRETS,
by which this proxy's own sessions are known.
`;

const olderThan = (command: Command): Command =>
  command.option('--older-than <time>', 'only those that are older: 90s, 30m, 2h or 1d', (text) =>
    readDuration('--older-than', text),
  );

/** `relais sessions`, for people: what is open on the account, and whose it is. */
export function sessionsCommand(env: Env): Command {
  return newCommand('sessions', 'the open sessions of the account, by hand')
    .addCommand(listCommand(env))
    .addCommand(showCommand(env))
    .addCommand(endCommand(env));
}

/** What `relais sessions --help` says, with all its verbs. */
export const sessionsHelp = [sessionsCommand({}), ...sessionsCommand({}).commands]
  .map((command) => command.helpInformation())
  .join('\n');

function listCommand(env: Env): Command {
  return olderThan(newCommand('list', 'lists them, the oldest first'))
    .option('--mine', "only this proxy's own")
    .option('--json', 'for programs')
    .addHelpText('after', SETTINGS_HELP)
    .action((flags: ListFlags) => listSessions(new Account(env), flags));
}

function showCommand(env: Env): Command {
  return newCommand('show', 'shows one of them, without its tokens')
    .argument('<id>', 'its id')
    .option('--json', 'for programs')
    .addHelpText('after', SETTINGS_HELP)
    .action((id: string, flags: { readonly json?: boolean }) =>
      showSession(new Account(env), id, flags),
    );
}

function endCommand(env: Env): Command {
  return olderThan(newCommand('end', "ends some of them, this proxy's own, after asking"))
    .argument('[ids...]', 'their ids')
    .option('--all', "all of this proxy's own")
    .option('--others', 'those of others as well')
    .option('--yes', 'do not ask')
    .addHelpText('after', SETTINGS_HELP)
    .action(async (ids: string[], flags: EndFlags) => {
      if (!(await endSessions(new Account(env), ids, flags))) process.exitCode = 1;
    });
}
