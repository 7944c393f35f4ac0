import type { RelaySession, SessionUser, UserAuthorization } from '../../api/schemas.js';
import { STATUS } from '../assumptions.js';
import type { RelayLease } from '../relay/index.js';
import type { Draw } from './draw.js';

import { spellAddress } from './user-addresses.js';

/** What a session is given when it is created. */
export interface Birth {
  readonly id: string;
  readonly authorizationToken: number;
  readonly webhookUrl: string | undefined;
  /** Whether absent values are `null` in its documents; else they are missing. */
  readonly absentIsNull: boolean;
}

/** One session: its users, its flags, its relay, and the documents that show them. */
export class SimulatedSession {
  readonly birth: Birth;
  /** By their tokens, in the order in which they came. */
  readonly users = new Map<number, SessionUser>();
  /** Its timers, so that they end with it. */
  readonly timers = new Set<unknown>();
  lease: RelayLease | undefined;
  #status: string = STATUS.created;
  #flags = { ready: false, linked: false };
  #error: string | undefined;

  constructor(birth: Birth) {
    this.birth = birth;
  }

  get error(): string | undefined {
    return this.#error;
  }

  get isLinked(): boolean {
    return this.#flags.linked;
  }

  get isReady(): boolean {
    return this.#flags.ready;
  }

  /** Lets a flag rise, or both. */
  raise(...flags: readonly ('linked' | 'ready')[]): void {
    for (const flag of flags) this.#flags[flag] = true;
    this.#status = flags.includes('linked') ? STATUS.linked : STATUS.ready;
  }

  /** Lets the session fail: it will never be linked. */
  fail(message: string): void {
    this.#error = message;
    this.#status = STATUS.failed;
    this.#flags = { ready: false, linked: false };
  }

  /** Draws a user for an IP address, and lets them in. */
  admit(ip: string, draw: Draw): SessionUser {
    const user = draw.user(ip, (token) => this.users.has(token));
    this.users.set(user.authorization_token, user);
    return user;
  }

  /** The first user with an IP address, however it is spelt. */
  userFrom(ip: string): SessionUser | undefined {
    const spelt = spellAddress(ip);
    return [...this.users.values()].find((user) => spellAddress(user.ip_address ?? '') === spelt);
  }

  hasToken(userAuthorizationToken: number): boolean {
    return this.users.has(userAuthorizationToken);
  }

  /** The session as *get* shows it: its token, its users and its relay only while it is linked. */
  document(): RelaySession {
    const { webhook_url, ...shared } = this.#shared();
    const session_users = this.isLinked
      ? [...this.users.values()].map((user) => ({ ...user }))
      : [];
    return { ...shared, session_users, webhook_url };
  }

  /** The session as *authorize-user* shows it, with that one user. */
  authorization(user: SessionUser): UserAuthorization {
    return { ...this.#shared(), session_user: { ...user } };
  }

  #shared() {
    return {
      session_id: this.birth.id,
      authorization_token: this.isLinked ? this.birth.authorizationToken : undefined,
      status: this.#status,
      ...this.#flags,
      error: this.#error,
      relay: this.isLinked ? this.lease?.document : undefined,
      webhook_url: this.birth.webhookUrl,
    };
  }
}

/**
 * A document as JSON: absent values are missing, or `null` if this session shows them so. The session's own token is
 * always `null` then, as the document of *create* has it.
 */
export function withAbsentValues<TDocument extends RelaySession | UserAuthorization>(
  { birth }: SimulatedSession,
  document: TDocument,
): object {
  const { authorization_token = null, error = null, relay = null, webhook_url = null } = document;
  if (!birth.absentIsNull) return { ...document, authorization_token };
  return { ...document, authorization_token, error, relay, webhook_url };
}
