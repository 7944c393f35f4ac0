import { RelayError } from './relay-error.js';
import { isWellFormed } from './well-formed.js';

/**
 * Checks that a body can be sent: a field that its schema leaves open may hold what JSON cannot say.
 *
 * @throws {RelayError} `invalid-request`; the message names the field.
 */
export function checkJson(body: unknown): void {
  for (const [name, value] of Object.entries(body ?? {})) {
    if (isSendable(value)) continue;
    const message = `"${name}" must be JSON in well-formed Unicode: no BigInt, no circle.`;
    throw new RelayError('invalid-request', message);
  }
}

function isSendable(value: unknown): boolean {
  let isSound = true;
  try {
    // The replacer sees every key and every value, however deep it is.
    JSON.stringify(value, (key, part) => {
      isSound &&= isWellFormed(key) && (typeof part !== 'string' || isWellFormed(part));
      return part;
    });
  } catch {
    return false;
  }
  return isSound;
}
