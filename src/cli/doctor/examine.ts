import type { Clock } from '../../common/clock.js';
import { Progress } from '../progress.js';
import { readEnvironment } from '../read-environment.js';
import { readListenOptions, readProxyOptions } from '../read-proxy-settings.js';
import type { Env } from '../read-setting.js';
import { checkGateway } from './check-gateway.js';
import { checkLoginKeys } from './check-login-keys.js';
import { checkMachine, thisMachine } from './check-machine.js';
import { checkPublicUrl } from './check-public-url.js';
import { checkService } from './check-service.js';
import { adviceOn, wrongSettings } from './check-settings.js';
import { checkStore } from './check-store.js';
import { type Finding, problem } from './finding.js';
import type { Patient } from './patient.js';

/** All that the doctor finds. Where the settings are wrong as such, it looks no further than the machine. */
export async function examine(
  environment: Env,
  isQuick: boolean,
  clock: Clock,
): Promise<Finding[]> {
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
