import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import { NO_PUBLIC_ADDRESS, RELINK_POSTS_WEBHOOK } from '../assumptions.js';
import type { LeaseRelay, RelayLease } from '../relay/index.js';
import type { Draw } from './draw.js';
import { DEFAULT_LIFE, type Life } from './life.js';

import { SimulatedSession } from './simulated-session.js';

/** What the sessions are made of and whom they tell. */
export interface SessionsOptions {
  readonly clock: Clock;
  readonly draw: Draw;
  /** Whether a new session's absent values are `null`; else they are missing. */
  readonly absentIsNull: () => boolean;
  readonly leaseRelay: LeaseRelay;
  /** Whether a user may come from this IP address: a session with another one fails. */
  readonly isAddressAccepted: (ip: string) => boolean;
  readonly onLinked: (session: SimulatedSession) => void;
  readonly onReady: (session: SimulatedSession) => void;
}

/** The sessions that the simulator keeps, and their life from `Initializing` to the end. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, SimulatedSession>();
  readonly #closing = new Set<Promise<void>>();
  /** Those that still tell their peers that the session is over. */
  readonly #retired = new Set<RelayLease>();
  #life: Life = DEFAULT_LIFE;
  #created = 0;
  #isOpen = true;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** How many there are now, and how many there have been. */
  get counts(): { readonly open: number; readonly created: number } {
    return { open: this.#sessions.size, created: this.#created };
  }

  /** How those live that are created from now on. */
  get life(): Life {
    return this.#life;
  }

  set life(life: Life) {
    this.#life = life;
  }

  /** The oldest first. */
  list(): SimulatedSession[] {
    return [...this.#sessions.values()];
  }

  get(sessionId: string): SimulatedSession | undefined {
    return this.#sessions.get(sessionId);
  }

  documents(): RelaySession[] {
    return this.list().map((session) => session.document());
  }

  /** Rejects when no relay can be had for it. */
  async create(ips: readonly string[], webhookUrl: string | undefined): Promise<SimulatedSession> {
    const { absentIsNull, draw } = this.#options;
    const session = new SimulatedSession({
      id: draw.sessionId((id) => this.#sessions.has(id)),
      authorizationToken: draw.token(),
      webhookUrl,
      absentIsNull: absentIsNull(),
    });
    for (const ip of ips) session.admit(ip, draw);
    this.#sessions.set(session.birth.id, session);
    try {
      session.lease = await this.#lease(session);
    } catch (error) {
      this.#sessions.delete(session.birth.id);
      throw error;
    }
    this.#created += 1;
    this.#schedule(session);
    return session;
  }

  /** Lets it fail with a message. Returns whether there was such a session. */
  fail(sessionId: string, message: string): boolean {
    const session = this.#sessions.get(sessionId);
    if (!session) return false;
    this.#stop(session);
    session.fail(message);
    return true;
  }

  /** Gives a linked session another relay. Resolves to whether there was such a session. */
  async relink(sessionId: string): Promise<boolean> {
    const session = this.#sessions.get(sessionId);
    if (!session?.isLinked) return false;
    const lease = await this.#lease(session, session.lease).catch(() => undefined);
    if (!lease) return false;
    this.#close(session.lease);
    session.lease = lease;
    this.#options.onLinked(session);
    if (session.isReady && RELINK_POSTS_WEBHOOK) this.#options.onReady(session);
    return true;
  }

  delete(sessionId: string): boolean {
    const session = this.#sessions.get(sessionId);
    if (session) this.#stop(session);
    return this.#sessions.delete(sessionId);
  }

  /** Ends all of them, for good. */
  async close(): Promise<void> {
    this.#isOpen = false;
    for (const id of this.#sessions.keys()) this.delete(id);
    for (const lease of this.#retired) this.#close(lease);
    await Promise.all(this.#closing);
  }

  /** The session may end or fail while its relay is being opened: then the relay ends as well. */
  async #lease(session: SimulatedSession, previous?: RelayLease): Promise<RelayLease> {
    const { id, authorizationToken } = session.birth;
    const lease = await this.#options.leaseRelay(
      {
        sessionId: id,
        sessionAuthorizationToken: authorizationToken,
        isAuthorized: (token) => session.hasToken(token),
      },
      previous,
    );
    const isWanted = this.#sessions.get(id) === session && session.error === undefined;
    if (this.#isOpen && isWanted) return lease;
    this.#close(lease);
    throw new Error('The session ended before it had a relay.');
  }

  #schedule(session: SimulatedSession): void {
    const { linkDelay, readyDelay } = this.#life;
    const failure = this.#life.failure ?? this.#addressFailure(session);
    if (failure !== null) {
      this.#after(session, linkDelay, () => this.fail(session.birth.id, failure));
    } else if (readyDelay === null) {
      this.#after(session, linkDelay, () => this.#raise(session, 'linked', 'ready'));
    } else {
      this.#after(session, linkDelay, () => this.#raise(session, 'linked'));
      this.#after(session, readyDelay, () => this.#raise(session, 'ready'));
    }
  }

  #addressFailure({ users }: SimulatedSession): string | null {
    const { isAddressAccepted } = this.#options;
    const isOdd = ({ ip_address = '' }) => !isAddressAccepted(ip_address);
    return [...users.values()].some(isOdd) ? NO_PUBLIC_ADDRESS : null;
  }

  #raise(session: SimulatedSession, ...flags: readonly ('linked' | 'ready')[]): void {
    session.raise(...flags);
    if (flags.includes('linked')) this.#options.onLinked(session);
    if (flags.includes('ready')) this.#options.onReady(session);
  }

  #after(session: SimulatedSession, delay: number, callback: () => void): void {
    const timer = this.#options.clock.setTimeout(() => {
      session.timers.delete(timer);
      callback();
    }, delay);
    session.timers.add(timer);
  }

  #stop(session: SimulatedSession): void {
    for (const timer of session.timers) this.#options.clock.clearTimeout(timer);
    session.timers.clear();
    this.#retire(session.lease);
    session.lease = undefined;
  }

  #retire(lease: RelayLease | undefined): void {
    if (!lease) return;
    this.#retired.add(lease);
    void lease.retire().finally(() => this.#retired.delete(lease));
  }

  #close(lease: RelayLease | undefined): void {
    if (!lease) return;
    const closing = lease.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
