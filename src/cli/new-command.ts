import { Command } from 'commander';
import { say } from './say.js';

/** How wide the text of `--help` is, in characters, wherever it is printed. */
const HELP_WIDTH = 100;

/**
 * A command, or one of its verbs. What is wrong with its arguments is thrown, and not said and ended with here: `main`
 * does both, for whatever went wrong.
 */
export function newCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption('--help', 'this text')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => say(process.stdout, text),
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}
