import type {
  AnyRelayError,
  DetailsOf,
  PassingCode,
  RelayErrorCode,
  RelayErrorDetails,
  RelayErrorOf,
} from './relay-error-codes.js';

export type { RelayErrorCode, RelayErrorDetails } from './relay-error-codes.js';

/**
 * The one error type of Relais. Its `code` is for programs, its `message` for people, and `cause` is what was thrown
 * underneath, where that helps. No token, ticket or join code stands in any of them.
 *
 * A comparison of `code` or `retryable` tells TypeScript what else is there: once `code` is `rate-limited`, `status`
 * is a number. `status` is one for all that a server answered; `retryAfter` never is for sure.
 *
 * @example
 * ```ts
 * function wordsFor(error: unknown): string {
 *   if (!isRelayError(error)) throw error;
 *   if (error.code === 'rate-limited') return `Try again in ${(error.retryAfter ?? 60_000) / 1000} s.`;
 *   return error.retryable ? 'The servers are busy.' : 'Something went wrong.';
 * }
 * ```
 */
export type RelayError = AnyRelayError;

/** Marks the errors of every copy of this library, in every realm: `instanceof` knows those of its own copy only. */
const BRAND = Symbol.for('relais.RelayError');

/** The failures that pass. The compiler sees that these are all, and no other. */
const PASSING: Readonly<Record<PassingCode, true>> = {
  'in-progress': true,
  'rate-limited': true,
  'server-error': true,
  'not-json': true,
  'invalid-response': true,
  network: true,
  timeout: true,
};

/** Makes errors; what they are is the type's to say. */
interface RelayErrorConstructor {
  new <Code extends RelayErrorCode>(
    code: Code,
    message: string,
    ...details: DetailsOf<Code>
  ): RelayErrorOf<Code>;
  readonly prototype: RelayError;
}

/** @internal The reference shows the type of this name. */
export const RelayError = class RelayError extends Error {
  declare readonly code: RelayErrorCode;
  declare readonly retryable: boolean;
  declare readonly status: number | undefined;
  declare readonly retryAfter: number | undefined;

  constructor(code: RelayErrorCode, message: string, details: RelayErrorDetails = {}) {
    super(message, details);
    this.name = 'RelayError';
    this.code = code;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.retryable = code in PASSING || this.status === 408;
  }

  get [BRAND](): true {
    return true;
  }
} as unknown as RelayErrorConstructor;

/**
 * Whether something that was thrown is an error of Relais: of whichever copy of the library, and of whichever realm.
 * A bundle that holds `relais` twice, or an iframe's own, has errors that `instanceof RelayError` does not know.
 *
 * @example
 * ```ts
 * const relay = new RelayConnection('https://studio.example/relay');
 * try {
 *   await relay.join('K7QG-MBKH');
 * } catch (error) {
 *   if (!isRelayError(error)) throw error;
 *   if (error.code === 'not-found') console.log('There is no match with this code.');
 * }
 * ```
 */
export function isRelayError(value: unknown): value is RelayError {
  return BRAND in Object(value);
}

/** The code of an error; none where it is another's. */
export function codeOf(error: unknown): RelayErrorCode | undefined {
  return isRelayError(error) ? error.code : undefined;
}
