import { RelayError, type RelayErrorCode } from '../common/relay-error.js';
import { proxyHelp, runProxy } from './proxy-command.js';
import { say } from './say.js';
import { SettingError } from './setting-error.js';
import { runSimulator, simulatorHelp } from './simulator-command.js';

const usage = `relais proxy: the token-issuing proxy between games and Edgegap
relais simulator: a stand-in for Edgegap's relay session API

"relais <command> --help" lists what each can be told.
`;

const commands = {
  proxy: { run: runProxy, help: proxyHelp },
  simulator: { run: runSimulator, help: simulatorHelp },
};

async function main([name = '(none)', ...args]: string[]): Promise<void> {
  if (name === '--help') {
    say(process.stdout, usage);
    return;
  }
  if (name !== 'proxy' && name !== 'simulator') {
    throw new SettingError(`"${name}" is no command: use "relais proxy" or "relais simulator".`);
  }
  const command = commands[name];
  if (args.includes('--help')) {
    say(process.stdout, command.help);
    return;
  }
  const { message, close } = await command.run(args, process.env);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      close(signal).then(() => process.exit(0), end);
    });
  }
  // This comes last, because whoever reads it may tell the process to stop at once.
  say(process.stdout, `${message}\n`);
}

/**
 * The codes of errors for which the address to listen on is to blame: it is taken, not this machine's, not allowed, or
 * no address at all.
 */
const ADDRESS_CODES: readonly string[] = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND'];
/** The codes of errors for which an option is to blame. */
const OPTION_CODES: readonly RelayErrorCode[] = ['invalid-option', 'invalid-url'];

/** Ends the process with one sentence, and with exit code 2 where a setting or a flag is to blame. */
function end(error: unknown): void {
  const { message } = error as Error;
  say(process.stderr, `relais: ${message.split('\n', 1)[0]}\n`);
  process.exit(isAboutSettings(error) ? 2 : 1);
}

function isAboutSettings(error: unknown): boolean {
  if (error instanceof SettingError) return true;
  if (error instanceof RelayError) return OPTION_CODES.includes(error.code);
  const { code = '' } = error as NodeJS.ErrnoException;
  return ADDRESS_CODES.includes(code) || code.startsWith('ERR_PARSE_ARGS');
}

main(process.argv.slice(2)).catch(end);
