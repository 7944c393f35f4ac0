import { CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { RelayError, type RelayErrorCode } from '../common/relay-error.js';
import { doctorCommand } from './doctor-command.js';
import { keepRunning } from './keep-running.js';
import { newCommand } from './new-command.js';
import { type ProxyFlags, proxyCommand, runProxy } from './proxy-command.js';
import { say } from './say.js';
import { sessionsCommand } from './sessions-command.js';
import { SettingError } from './setting-error.js';
import { runSimulator, type SimulatorFlags, simulatorCommand } from './simulator-command.js';

const program = newCommand('relais', 'connects HTML5 games to Edgegap game relays')
  .version(manifest.version, '--version', 'the version of this command')
  .addCommand(
    proxyCommand().action((flags: ProxyFlags) => keepRunning(runProxy(flags, process.env), end)),
  )
  .addCommand(
    simulatorCommand().action((flags: SimulatorFlags) => keepRunning(runSimulator(flags), end)),
  )
  .addCommand(sessionsCommand(process.env))
  .addCommand(doctorCommand(process.env));

/**
 * The codes of errors for which the address to listen on is to blame: it is taken, not this machine's, of IPv6 where
 * there is none, not allowed, or no address at all.
 */
const ADDRESS_CODES: readonly string[] = [
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EACCES',
  'ENOTFOUND',
];
/** The codes of errors for which an option is to blame. */
const OPTION_CODES: readonly RelayErrorCode[] = ['invalid-option', 'invalid-url'];

/** Ends the process with one sentence, and with exit code 2 where a setting, a flag or a command is to blame. */
function end(error: unknown): void {
  // What was asked for, the help or the version, is said already.
  if (error instanceof CommanderError && error.exitCode === 0) return;
  say(process.stderr, `relais: ${sentenceOf(error)}\n`);
  process.exit(isAboutSettings(error) ? 2 : 1);
}

/** Says in one sentence what went wrong. */
function sentenceOf(error: unknown): string {
  const { message } = error as Error;
  if (!(error instanceof CommanderError)) return message.split('\n', 1)[0] ?? '';
  if (error.code === 'commander.help') {
    return 'a command is missing, "relais proxy" for instance: see "relais --help".';
  }
  // A suggestion stands in a line of its own.
  return message.replace(/^error: /, '').replaceAll('\n', ' ');
}

function isAboutSettings(error: unknown): boolean {
  if (error instanceof SettingError || error instanceof CommanderError) return true;
  if (error instanceof RelayError) return OPTION_CODES.includes(error.code);
  const { code = '' } = error as NodeJS.ErrnoException;
  return ADDRESS_CODES.includes(code);
}

program.parseAsync().catch(end);
