import { readFileSync } from 'node:fs';
import { closest, distance } from 'fastest-levenshtein';
import { PROXY_SETTINGS } from './proxy-settings.js';
import { type Env, readSetting } from './read-setting.js';
import { SettingError } from './setting-error.js';

/** How the name of a variable ends that names a file with a secret in it. */
const FILE = '_FILE';
/** What the names of all our own settings begin with. */
const OWN = 'RELAIS_';
/** What the names of some settings begin with, and those of other programs, too. */
const SHARED = 'EDGEGAP_';
/** How many characters may be wrong in a name of which it is not sure that it is meant for us. */
const SLIPS = 2;

const NAMES: readonly string[] = PROXY_SETTINGS.flatMap(({ isSecret, name }) =>
  isSecret ? [name, name + FILE] : [name],
);

/**
 * The settings in the environment of a process: secrets that are in files are read, and what Kubernetes puts there is
 * left out.
 *
 * @throws {SettingError} for a setting that does not exist, and for a file that cannot be read.
 */
export function readEnvironment(env: Env): Env {
  const [slip] = unknownSettings(env);
  if (slip) throw new SettingError(slip);
  return readSecretFiles(env);
}

/**
 * One sentence for each variable that looks like a setting, and is none: nobody would notice that it has no effect. It
 * names the nearest one that there is.
 */
export function unknownSettings(env: Env): string[] {
  return Object.keys(withoutServiceLinks(env))
    .filter((name) => readSetting(env, name) !== undefined && !NAMES.includes(name))
    .filter((name) => name.startsWith(OWN) || isSlip(name))
    .map((name) => `${name} is no setting: did you mean ${nearestTo(name)}?`);
}

/** The setting that a name was meant to be; with its file's ending where it may have one. */
function nearestTo(name: string): string {
  const [plain = name, ...rest] = name.split(/_FILE$/);
  const nearest = closest(
    plain,
    PROXY_SETTINGS.map((setting) => setting.name),
  );
  const isFile = rest.length > 0 && NAMES.includes(nearest + FILE);
  return isFile ? nearest + FILE : nearest;
}

/**
 * Reads the secrets that are in files.
 *
 * @throws {SettingError} where a file cannot be read, holds nothing, or is not the only source of its setting. The
 *   sentence has neither the file's name, which may be a secret that was put in the wrong place, nor what is in it.
 */
export function readSecretFiles(env: Env): Env {
  const settings = withoutServiceLinks(env);
  for (const { isSecret, name } of PROXY_SETTINGS) {
    const file = isSecret && readSetting(env, name + FILE);
    if (!file) continue;
    if (readSetting(env, name) !== undefined) {
      throw new SettingError(`${name} and ${name}${FILE} are both set: leave one of them out.`);
    }
    settings[name] = readSecret(name + FILE, file);
  }
  return settings;
}

function readSecret(setting: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = 'it failed' } = error as NodeJS.ErrnoException;
    throw new SettingError(`${setting} must name a file that can be read (${code}).`);
  }
  if (text === '') throw new SettingError(`${setting} names a file with nothing in it.`);
  return text;
}

/** Whether a name of another program's may be meant for us all the same: it is almost one of ours. */
const isSlip = (name: string) =>
  name.startsWith(SHARED) && distance(name, nearestTo(name)) <= SLIPS;

/** What the names of variables end in that Kubernetes sets for each service of a namespace. */
const SERVICE_LINK = /_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)$/;

/**
 * The environment without what Kubernetes puts into every pod for a service that is called `relais`, or
 * `relais-metrics`: `RELAIS_PORT=tcp://10.0.0.9:8080`, for instance. A port that we are told is a number.
 */
function withoutServiceLinks(env: Env): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value = '']) => {
      if (!name.startsWith(OWN) || !SERVICE_LINK.test(name)) return true;
      return name.endsWith('_PORT') && !name.endsWith('_SERVICE_PORT') && !value.includes('://');
    }),
  );
}
