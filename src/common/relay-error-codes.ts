// What an error of Relais carries, code by code. An editor shows a code's comment on `error.code`: of all codes at
// first, and of one once the code was compared. `relay-error.ts` makes the errors.

/** What all errors of Relais have. `Retryable`, `Status` and `RetryAfter` are what is known of them by the code. */
interface Carrying<Retryable extends boolean, Status, RetryAfter> extends Error {
  /** `RelayError`, in every realm and every copy of this library. */
  readonly name: string;
  /** Whether the same request may succeed later: a passing failure, not a refusal. */
  readonly retryable: Retryable;
  /** The HTTP status, where a server answered; 0 for a redirect that the browser hides. */
  readonly status: Status;
  /** How long the server asks to wait before the next try, in milliseconds; `undefined` where it does not say. */
  readonly retryAfter: RetryAfter;
}

/** No server answered. */
type Unanswered<Retryable extends boolean> = Carrying<Retryable, undefined, undefined>;
/** A server answered. */
type Answered<Retryable extends boolean> = Carrying<Retryable, number, number | undefined>;
/** A server may have answered or not. */
type MaybeAnswered = Carrying<false, number | undefined, number | undefined>;

/** Before a request leaves. */
type Unsent =
  | (Unanswered<false> & {
      /** `invalid-url`: the address of the proxy or of the API is no http(s) URL. */
      readonly code: 'invalid-url';
    })
  | (Unanswered<false> & {
      /** `invalid-option`: an option does not exist, or makes no sense; the message names it. */
      readonly code: 'invalid-option';
    })
  | (Unanswered<false> & {
      /** `invalid-request`: the API's schema forbids an argument; the message names the field. */
      readonly code: 'invalid-request';
    })
  | (Unanswered<false> & {
      /** `invalid-state`: the method makes no sense in the connection's present state. */
      readonly code: 'invalid-state';
    });

/** The server refused the request. */
type Refused =
  | (Answered<false> & {
      /** `bad-request` (400): the server does not understand the request. */
      readonly code: 'bad-request';
    })
  | (MaybeAnswered & {
      /** `unauthorized` (401): no valid token. Without a status where the game's own login gave none. */
      readonly code: 'unauthorized';
    })
  | (Answered<false> & {
      /** `forbidden` (403): whoever asks may not do that. */
      readonly code: 'forbidden';
    })
  | (Answered<false> & {
      /** `not-found` (404): there is no such session, or no such join code. */
      readonly code: 'not-found';
    })
  | (Answered<false> & {
      /** `conflict` (409): the session is in no state for this. */
      readonly code: 'conflict';
    })
  | (Answered<true> & {
      /** `in-progress` (409): the proxy says that the same request is still being carried out. */
      readonly code: 'in-progress';
    })
  | (Answered<true> & {
      /** `rate-limited` (429): too many requests. `retryAfter` says when to try again, where the server does. */
      readonly code: 'rate-limited';
    })
  | (Answered<true> & {
      /** `server-error` (5xx): the server, or one behind it, fails. */
      readonly code: 'server-error';
    })
  | (Answered<boolean> & {
      /** `unexpected-status`: any other status that is no success. Worth another try after 408 only. */
      readonly code: 'unexpected-status';
    });

/** The server's answer is not what the API promises. */
type Misunderstood =
  | (Answered<true> & {
      /**
       * `not-json`: the body is no JSON, an HTML page for instance. A game gets this code whatever the status is,
       * because only the contract's JSON can come from the proxy; and for a redirect.
       */
      readonly code: 'not-json';
    })
  | (Answered<true> & {
      /**
       * `invalid-response`: JSON, but not the document that the API promises; the message names the path. A game also
       * gets it for a refusal in JSON that is not the contract's, and `RelayApi` for a body of more than 16 MiB, which
       * is not read to its end.
       */
      readonly code: 'invalid-response';
    });

/** What happened on the way. */
type OnTheWay =
  | (Unanswered<true> & {
      /** `network`: no connection, or it was lost. */
      readonly code: 'network';
    })
  | (Unanswered<true> & {
      /** `timeout`: no whole answer in time. */
      readonly code: 'timeout';
    })
  | (Unanswered<false> & {
      /** `aborted`: the caller's `AbortSignal` ended it, and `cause` is the signal's reason; or `leave()` did. */
      readonly code: 'aborted';
    });

/** What became of the session. */
type OfTheSession =
  | (Unanswered<false> & {
      /** `session-failed`: the service reports an error for the session; it will not recover. */
      readonly code: 'session-failed';
    })
  | (MaybeAnswered & {
      /** `session-deleted`: the session was ended while the player waited for it, or played. */
      readonly code: 'session-deleted';
    })
  | (MaybeAnswered & {
      /** `revoked`: the player's seat was taken away. */
      readonly code: 'revoked';
    })
  | (Unanswered<false> & {
      /** `link-timeout`: the session was not open within `linkTimeout`. `cause` is the last passing failure. */
      readonly code: 'link-timeout';
    });

/** Every error of Relais; {@link RelayErrorCode} names them. Exported as `RelayError`. */
export type AnyRelayError = Unsent | Refused | Misunderstood | OnTheWay | OfTheSession;

/** Every reason for which Relais gives up or is refused. What each means shows on `code` of an error. */
export type RelayErrorCode = AnyRelayError['code'];

/** The errors that have this code, or one of these. */
export type RelayErrorOf<Code extends RelayErrorCode> = Extract<
  AnyRelayError,
  { readonly code: Code }
>;

/** The codes of failures that always pass. */
export type PassingCode = Extract<AnyRelayError, { readonly retryable: true }>['code'];

/** What an error can carry besides its code and its message. */
export interface RelayErrorDetails {
  /** The HTTP status, where a server answered. */
  readonly status?: number | undefined;
  /** How long the server asks to wait before the next try, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** What was thrown underneath. Never an object that holds a request, a header or a token. */
  readonly cause?: unknown;
}

/** The details that an error with this code must be given: where it is sure to have a status, the status. */
export type DetailsOf<Code extends RelayErrorCode> = Code extends RelayErrorCode
  ? undefined extends RelayErrorOf<Code>['status']
    ? [details?: RelayErrorDetails]
    : [details: RelayErrorDetails & { readonly status: number }]
  : never;
