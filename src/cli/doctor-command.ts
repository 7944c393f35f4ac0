import type { Command } from 'commander';
import { systemClock } from '../common/clock.js';
import type { Finding } from './doctor/finding.js';
import { withoutSecrets } from './doctor/secrets-of.js';
import { findingsAsText } from './doctor/show-findings.js';
import { newCommand } from './new-command.js';
import { readSecretFiles } from './read-environment.js';
import type { Env } from './read-setting.js';
import { say } from './say.js';

/** What the flags of `relais doctor` come to. */
interface DoctorFlags {
  readonly gateway?: boolean;
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly strict?: boolean;
}

const HELP = `
It takes the settings of "relais proxy" from the environment. Exit code 0: nothing is wrong; 1: there is a
problem; 2: a flag is wrong.
`;

/** `relais doctor` and its flags. */
export function doctorCommand(env: Env): Command {
  return newCommand(
    'doctor',
    'says what is wrong with the settings of the proxy, before players do',
  )
    .option('--gateway', 'look at the gateway as well: RELAIS_GATEWAY=on')
    .option('--quick', 'leave out the request that is held as long as a player’s')
    .option('--strict', 'exit code 1 for warnings as well')
    .option('--json', 'for programs')
    .addHelpText('after', HELP)
    .action(async (flags: DoctorFlags) => {
      // Whoever runs the proxy does not wait until all that the doctor needs is loaded.
      const { examine } = await import('./doctor/examine.js');
      const settings = flags.gateway ? { ...env, RELAIS_GATEWAY: 'on' } : env;
      const findings = await examine(settings, flags.quick ?? false, systemClock);
      const text = flags.json ? `${JSON.stringify(findings, null, 2)}\n` : findingsAsText(findings);
      say(process.stdout, withoutSecrets(text, withFiles(settings)));
      const isWrong = ({ level }: Finding) =>
        level === 'problem' || (flags.strict && level === 'warning');
      if (findings.some(isWrong)) process.exitCode = 1;
    });
}

/** What `relais doctor --help` says. */
export const doctorHelp = doctorCommand({}).helpInformation() + HELP;

/** The settings with the secrets that are in files, where these can be read. */
function withFiles(env: Env): Env {
  try {
    return readSecretFiles(env);
  } catch {
    return env;
  }
}
