import { isHost } from '../common/hosts.js';
import { ORIGIN_RULE, readOrigin } from '../proxy/wire/index.js';

/** A missing or wrong setting: one sentence that names it; the process ends with exit code 2. */
export class SettingError extends Error {}

/**
 * What the environment says, without blanks and line ends around it: a mounted secret ends with one. Empty counts as not
 * set.
 */
export function readSetting(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return env[name]?.trim() || undefined;
}

/** A whole number within bounds, read from what was typed. */
export function readNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new SettingError(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

/** An absolute http(s) URL. */
export function readUrl(name: string, text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new SettingError(`${name} must be an http(s) URL like https://api.edgegap.com.`);
}

/** A list of origins, separated by commas. */
export function readOrigins(name: string, text: string): string[] {
  const origins = readList(name, text);
  const wrong = origins.find((origin) => readOrigin(origin) === undefined);
  if (wrong === undefined) return origins;
  if (wrong === 'null') {
    throw new SettingError(
      `${name} must not hold "null", which stands for any page that has no origin: see RELAIS_ALLOW_NULL_ORIGIN.`,
    );
  }
  throw new SettingError(`Each of ${name} ${ORIGIN_RULE}, not "${wrong}".`);
}

/** A list, separated by commas, with blanks and line ends around them or not. */
export function readList(name: string, text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => /[\r\n]/.test(item))) {
    throw new SettingError(
      `${name} has a line end within an entry: put a comma between two of them.`,
    );
  }
  if (!items.includes('')) return items;
  throw new SettingError(`${name} has an empty entry: leave out the comma before or behind it.`);
}

/** `on` or `off`. */
export function readSwitch(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new SettingError(`${name} must be "on" or "off", not "${text}".`);
}

/** Secrets, separated by commas; none of them is repeated in an error. */
export function readSecrets(name: string, text: string): string[] {
  const secrets = readList(name, text);
  if (secrets.every((secret) => secret.length >= 32)) return secrets;
  throw new SettingError(`${name} must be secrets of at least 32 characters, separated by commas.`);
}

/** A host name or an IP address, without a port. */
export function readHost(name: string, text: string): string {
  if (isHost(text)) return text;
  throw new SettingError(
    `${name} must be a host name, or an IP address in full like 127.0.0.1, without a port, not "${text}".`,
  );
}
