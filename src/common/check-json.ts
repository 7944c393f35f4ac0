import { RelayError } from './relay-error.js';
import { isWellFormed } from './well-formed.js';

/**
 * Checks that a body can be sent as JSON. A field that its schema leaves open may hold what JSON cannot express.
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

/** Refuses half a surrogate pair in any key or value, however deep it is: `JSON.stringify` shows it all of them. */
function refuseHalfCharacters(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text === 'string' && !isWellFormed(text)) throw new Error();
  }
  return value;
}
