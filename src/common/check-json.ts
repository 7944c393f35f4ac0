import { RelayError } from './relay-error.js';
import { isWellFormed } from './well-formed.js';

/**
 * Checks that a body can be sent: a field that its schema leaves open may hold what JSON cannot say.
 *
 * @throws {RelayError} `invalid-request`; the message names the field.
 */
export function checkJson(body: unknown): void {
  for (const [name, value] of Object.entries(body ?? {})) {
    try {
      JSON.stringify(value, refuseHalfCharacters);
    } catch {
      const message = `"${name}" must be JSON in well-formed Unicode: no BigInt, no circle.`;
      throw new RelayError('invalid-request', message);
    }
  }
}

/** Sees every key and every value, however deep it is. */
function refuseHalfCharacters(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text === 'string' && !isWellFormed(text)) throw new Error();
  }
  return value;
}
