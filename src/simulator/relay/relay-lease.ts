import type { Relay } from '../../api/schemas.js';

/** A relay that a session has: what the API shows of it, and how to give it back. */
export interface RelayLease {
  readonly document: Relay;
  /** The session is over: the relay tells its peers so for a while, and is given back. */
  retire(): Promise<void>;
  /** Gives it back at once. */
  close(): Promise<void>;
}

/** What a relay needs to know of its session. */
export interface RelayOwner {
  readonly sessionId: string;
  readonly sessionAuthorizationToken: number;
  /** Whether a user of the session has this token now. */
  readonly isAuthorized: (userAuthorizationToken: number) => boolean;
}

/** Gives a session a relay, other than the `previous` one. */
export type LeaseRelay = (owner: RelayOwner, previous?: RelayLease) => Promise<RelayLease>;
