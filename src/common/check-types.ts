import { RelayError } from './relay-error.js';

/**
 * Checks options by their types alone. It stands in for a schema where the game's bundle must stay small.
 *
 * @param types - For each option there is, what its `typeof` may be: `string or function` for instance. None may be
 * empty, `null`, zero or negative.
 * @throws {RelayError} `invalid-option` for one that has another type, or that does not exist; the message names it.
 */
export function checkTypes<TOptions extends object>(
  options: TOptions,
  types: Readonly<Record<keyof TOptions, string>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(types, name)) throw invalid(name, 'is no option');
    const allowed = types[name as keyof TOptions];
    const isRightType = allowed.split(' or ').includes(typeof value);
    const isPositive = typeof value !== 'number' || value > 0;
    if (value === undefined || (value && isRightType && isPositive)) continue;
    throw invalid(name, `must be a ${allowed.replace('number', 'positive number')}`);
  }
}

const invalid = (name: string, problem: string) =>
  new RelayError('invalid-option', `"${name}" ${problem}.`);
