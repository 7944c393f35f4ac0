/** One thing that happened, without any token, ticket, secret, join code or address in it. */
export type LogEntry =
  | {
      readonly event: 'request';
      /** ISO 8601. */
      readonly at: string;
      /** Also in the answer, as `x-request-id`. */
      readonly id: string;
      readonly method: string;
      /** The pattern of the path. */
      readonly route: string;
      readonly status: number;
      /** In milliseconds. */
      readonly duration: number;
      readonly player?: string;
      readonly session?: string;
      /** Why it went wrong, for 5xx. */
      readonly failure?: string;
    }
  | {
      readonly event: 'failure';
      /** ISO 8601. */
      readonly at: string;
      readonly message: string;
    };
