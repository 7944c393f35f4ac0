import type { Command } from 'commander';
import { type Clock, systemClock } from '../common/clock.js';
import { checkGateway } from './doctor/check-gateway.js';
import { checkLoginKeys } from './doctor/check-login-keys.js';
import { checkMachine, thisMachine } from './doctor/check-machine.js';
import { checkPublicUrl } from './doctor/check-public-url.js';
import { checkService } from './doctor/check-service.js';
import { adviceOn, wrongSettings } from './doctor/check-settings.js';
import { checkStore } from './doctor/check-store.js';
import { type Finding, problem } from './doctor/finding.js';
import type { Patient } from './doctor/patient.js';
import { withoutSecrets } from './doctor/secrets-of.js';
import { findingsAsText } from './doctor/show-findings.js';
import { newCommand } from './new-command.js';
import { Progress } from './progress.js';
import { readEnvironment, readSecretFiles } from './read-environment.js';
import { readListenOptions, readProxyOptions } from './read-proxy-settings.js';
import type { Env } from './read-setting.js';
import { say } from './say.js';

/** What the flags of `relais doctor` come to. */
interface DoctorFlags {
  readonly gateway: boolean;
  readonly json: boolean;
  readonly quick: boolean;
  readonly strict: boolean;
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
    .option('--gateway', 'look at the gateway as well: RELAIS_GATEWAY=on', false)
    .option('--quick', 'leave out the request that is held as long as a player’s', false)
    .option('--strict', 'exit code 1 for warnings as well', false)
    .option('--json', 'for programs', false)
    .addHelpText('after', HELP)
    .action(async (flags: DoctorFlags) => {
      const settings = flags.gateway ? { ...env, RELAIS_GATEWAY: 'on' } : env;
      const findings = await examine(settings, flags.quick, systemClock);
      const text = flags.json ? `${JSON.stringify(findings, null, 2)}\n` : findingsAsText(findings);
      say(process.stdout, withoutSecrets(text, withFiles(settings)));
      const isWrong = ({ level }: Finding) =>
        level === 'problem' || (flags.strict && level === 'warning');
      if (findings.some(isWrong)) process.exitCode = 1;
    });
}

/** What `relais doctor --help` says. */
export const doctorHelp = doctorCommand({}).helpInformation() + HELP;

/** All that the doctor finds. Where the settings are wrong as such, it looks no further than the machine. */
async function examine(environment: Env, isQuick: boolean, clock: Clock): Promise<Finding[]> {
  const machine = checkMachine(thisMachine(clock.now()));
  const wrong = await wrongSettings(environment);
  if (wrong.length > 0) return [...machine, ...wrong];
  const env = readEnvironment(environment);
  const options = readProxyOptions(env);
  const progress = new Progress(process.stderr, clock);
  const listen = readListenOptions(env);
  const patient: Patient = { env, options, listen, clock, progress, isQuick };
  const findings = [...machine, ...adviceOn(options)];
  for (const check of [checkService, checkStore, checkLoginKeys, checkGateway, checkPublicUrl]) {
    findings.push(...(await check(patient).catch(failed)));
  }
  return findings;
}

/** A check that broke itself is a finding, too, and keeps none of the others. */
const failed = (error: unknown): Finding[] => [
  problem(
    `The doctor failed here: ${(error as Error).message.split('\n', 1)[0]}`,
    'What it was about to look at may be wrong.',
    'Please tell the makers of Relais.',
  ),
];

/** The settings with the secrets that are in files, where these can be read. */
function withFiles(env: Env): Env {
  try {
    return readSecretFiles(env);
  } catch {
    return env;
  }
}
