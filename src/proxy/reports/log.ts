import type { LoginFault } from '../proxy-error.js';

/**
 * One thing that happened, for the log. No token, ticket, secret, join code or address is in it.
 *
 * `event` tells the kinds apart: a `request` was answered; a `failure` happened without a request, or a session failed;
 * a `warning` tells what may go wrong; the proxy came to a `start` or to a `stop`; it `reaped` what nobody needs any
 * more, or `adopted` a session that its store did not know.
 */
export type LogEntry =
  | {
      /** A request was answered. */
      readonly event: 'request';
      /** When it came, by the wall clock, as ISO 8601 in UTC. */
      readonly at: string;
      /** Names the request: as its `x-request-id` does, if it had one. The answer has it, too. */
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
      /** The code of the refusal, `rate-limited` for instance, where the request was refused. */
      readonly code?: string;
      /** What was wrong with the login, where the code is `unauthorized`. */
      readonly reason?: LoginFault;
      /** Which limit the request is over, by the name of its option: `requestsPerIp` for instance. */
      readonly limit?: string;
      /** Why it went wrong: for each 5xx, and for a login that gives a player an id that cannot be used. */
      readonly failure?: string;
    }
  | {
      /** The proxy began to look after sessions; it begins to stop, or has stopped. */
      readonly event: 'start' | 'stop';
      /** When, by the wall clock, as ISO 8601 in UTC. */
      readonly at: string;
      /** Which of them, as an English sentence. */
      readonly message: string;
    }
  | {
      /** A lease ran out, and what it was for is being taken away. */
      readonly event: 'reaped';
      /** When, by the wall clock, as ISO 8601 in UTC. */
      readonly at: string;
      /** A host's whole session, or one user of a session. */
      readonly what: 'session' | 'user';
      /** The session's id. */
      readonly session: string;
      /** The player's id. Not there for a session user who has no seat. */
      readonly player?: string;
    }
  | {
      /** An open session of this proxy's own that its store did not know is looked after from now on. */
      readonly event: 'adopted';
      /** When, by the wall clock, as ISO 8601 in UTC. */
      readonly at: string;
      /** The session's id. */
      readonly session: string;
      /** The host's player id. */
      readonly player: string;
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

type WithoutTime<TEntry> = TEntry extends LogEntry ? Omit<TEntry, 'at'> : never;

/** Puts something into the log, as of now. Where there is no log, nothing happens. */
export type Note = (what: WithoutTime<LogEntry>) => void;
