import { SettingError } from './setting-error.js';

/**
 * How the text of a setting becomes a value. `name` is the setting's, for the message. A text is refused here only if
 * no value can be made of it. Which values an option may have is checked where the option is used.
 */
export type ReadValue = (name: string, text: string) => unknown;

/** The text itself. */
export const readText = (_name: string, text: string): string => text;

/** A whole number, zero or more. */
export function readWholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new SettingError(`${name} must be a whole number, not "${text}".`);
}

/** A number, zero or more, perhaps with a decimal point. */
export function readDecimal(name: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new SettingError(`${name} must be a number, not "${text}".`);
}

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A time with its unit, `90s`, `30m`, `2h` or `1d`, in seconds. */
export function readDuration(name: string, text: string): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (amount) return Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  throw new SettingError(`${name} must be a time like 90s, 30m, 2h or 1d, not "${text}".`);
}

/** An absolute http(s) URL. */
export function readUrl(name: string, text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new SettingError(`${name} must be an http(s) URL like https://api.edgegap.com.`);
}

/** A list, separated by commas, with blanks and line ends around them or not. No entry is repeated in an error. */
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
