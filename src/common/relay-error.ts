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
 * After a comparison of `code` or `retryable`, TypeScript knows the types of the rest: if `code` is `rate-limited`,
 * `status` is a number. `status` is a number for all errors that a server answered with; `retryAfter` may always be
 * missing.
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

/**
 * The mark of the errors of every copy of this library, in every realm. `instanceof` knows only those of its own copy.
 */
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

/** The constructor of errors. The type `RelayError` says what they are. */
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
 * Whether something that was thrown is an error of Relais, of any copy of the library and in any realm. If a bundle
 * holds `relais` twice, or an iframe has a copy of its own, `instanceof RelayError` does not know all of these errors.
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

/** The code of an error; `undefined` if it is not one of Relais. */
export function codeOf(error: unknown): RelayErrorCode | undefined {
  return isRelayError(error) ? error.code : undefined;
}
