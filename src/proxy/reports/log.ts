import { isRelayError } from '../../common/relay-error.js';

/** One thing that happened, without any token, ticket, secret, join code or address in it. */
export type LogEntry =
  | {
      /** A request was answered. */
      readonly event: 'request';
      /** ISO 8601. */
      readonly at: string;
      /** Also in the answer, as `x-request-id`. */
      readonly id: string;
      /** The HTTP method. */
      readonly method: string;
      /** The pattern of the path. */
      readonly route: string;
      /** The HTTP status. */
      readonly status: number;
      /** In milliseconds. */
      readonly duration: number;
      /** The caller's id, once they are known. */
      readonly player?: string;
      /** The session's id, where the request is about one. */
      readonly session?: string;
      /** Why it went wrong, for 5xx, and for a login that names a player by an id that cannot be used. */
      readonly failure?: string;
    }
  | {
      /** Something went wrong without a request, or a session failed; or, with `warning`, it may go wrong. */
      readonly event: 'failure' | 'warning';
      /** ISO 8601. */
      readonly at: string;
      /** What went wrong, or may. */
      readonly message: string;
      /** The session's id, where it is one session that failed. */
      readonly session?: string;
    };

/**
 * What went wrong, for a log: never the words of whoever was asked. The service may quote a webhook's URL or a
 * player's token, and a studio's own login whatever it was given.
 */
export function describeFailure(error: unknown): string {
  if (isRelayError(error)) {
    return `the relay service: ${error.code}${error.status ? ` (${error.status})` : ''}`;
  }
  return error instanceof Error ? error.name : typeof error;
}
