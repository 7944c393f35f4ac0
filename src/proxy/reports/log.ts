/**
 * One thing that happened, for the log. No token, ticket, secret, join code or address is in it.
 *
 * `event` tells the kinds apart: a `request` was answered; a `failure` happened without a request, or a session failed;
 * a `warning` tells what may go wrong.
 */
export type LogEntry =
  | {
      /** A request was answered. */
      readonly event: 'request';
      /** When it came, by the wall clock, as ISO 8601 in UTC. */
      readonly at: string;
      /** Names the request. The answer has it as `x-request-id`. */
      readonly id: string;
      /** The HTTP method. */
      readonly method: string;
      /** The pattern of the path, `/v1/relays/sessions/:id` for instance. */
      readonly route: string;
      /** The HTTP status of the answer. */
      readonly status: number;
      /** How long the answer took, in milliseconds. */
      readonly duration: number;
      /** The player's id, once it is known who asks. */
      readonly player?: string;
      /** The session's id, where the request is about a session of the player's. */
      readonly session?: string;
      /** Why it went wrong: for each 5xx, and for a login that gives a player an id that cannot be used. */
      readonly failure?: string;
    }
  | {
      /** Something went wrong without a request, or a session failed; with `warning`, something may go wrong. */
      readonly event: 'failure' | 'warning';
      /** When, by the wall clock, as ISO 8601 in UTC. */
      readonly at: string;
      /** What went wrong, or may, as an English sentence. */
      readonly message: string;
      /** The session's id, where one session failed. */
      readonly session?: string;
    };
