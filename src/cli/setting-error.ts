import { RelayError } from '../common/relay-error.js';

/** A missing or wrong setting: one sentence that names it; the process ends with exit code 2. */
export class SettingError extends Error {}

/** The settings of a command, by the options that they are for: `RELAIS_LEASE` by `lease`, for instance. */
export type SettingsByOption = ReadonlyMap<string, string>;

/**
 * An error in the words of whoever started the command. Options are checked where they are used, so the message of such
 * an error names an option, and perhaps an entry of its list. Where the option came from a setting, this names the
 * setting instead.
 */
export function inNamesOfSettings(error: unknown, settings: SettingsByOption): unknown {
  if (!(error instanceof RelayError) || error.code !== 'invalid-option') return error;
  // Where the same message serves both, it names the setting already.
  if ([...settings.values()].some((name) => error.message.includes(name))) return error;
  const message = error.message.replace(/"([\w.]+?)(?:\.(\d+))?"/g, (quoted, option, index) => {
    const name = settings.get(option);
    if (name === undefined) return quoted;
    return index === undefined ? name : `Entry ${Number(index) + 1} of ${name}`;
  });
  return new SettingError(message);
}
