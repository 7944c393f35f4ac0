import type { Clock } from '../api/clock.js';
import type { RelaySession, SessionUser, UserAuthorization } from '../api/schemas.js';

/** How the simulated sessions live. */
export interface SessionLifeOptions {
  /** Time from *create* until the session is ready and linked, in milliseconds. */
  readonly linkDelay: number;
  readonly clock: Clock;
}

interface Session extends RelaySession {
  readonly session_users: SessionUser[];
}

/** The sessions that the simulator keeps, and their life from `Initializing` to `Linked`. */
export class Sessions {
  readonly #options: SessionLifeOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #waiting = new Map<string, { users: SessionUser[]; timer: unknown }>();

  constructor(options: SessionLifeOptions) {
    this.#options = options;
  }

  list(): RelaySession[] {
    return [...this.#sessions.values()];
  }

  get(sessionId: string): RelaySession | undefined {
    return this.#sessions.get(sessionId);
  }

  create(ips: readonly string[], webhookUrl: string | undefined): RelaySession {
    const id = `${this.#hex(12)}-S`;
    const session: Session = {
      session_id: id,
      authorization_token: this.#token(),
      status: 'Initializing',
      ready: false,
      linked: false,
      error: undefined,
      relay: undefined,
      session_users: [],
      webhook_url: webhookUrl,
    };
    const { clock, linkDelay } = this.#options;
    this.#sessions.set(id, session);
    this.#waiting.set(id, {
      users: ips.map((ip) => this.#user(ip)),
      timer: clock.setTimeout(() => this.#link(session), linkDelay),
    });
    return session;
  }

  authorize(sessionId: string, ip: string): UserAuthorization | undefined {
    const session = this.#sessions.get(sessionId);
    if (!session) return undefined;
    const user = this.#user(ip);
    (this.#waiting.get(sessionId)?.users ?? session.session_users).push(user);
    const { session_users: _others, ...shared } = session;
    return { ...shared, session_user: user };
  }

  revoke(sessionId: string, token: number): RelaySession | undefined {
    const session = this.#sessions.get(sessionId);
    for (const users of [this.#waiting.get(sessionId)?.users, session?.session_users]) {
      const index = users?.findIndex((user) => user.authorization_token === token) ?? -1;
      if (index >= 0) {
        users?.splice(index, 1);
        return session;
      }
    }
    return undefined;
  }

  /** Ends a session's hopes: it gets an `error` and will never be linked. */
  fail(sessionId: string, message: string): boolean {
    const session = this.#sessions.get(sessionId);
    if (!session) return false;
    this.#stopWaiting(sessionId);
    Object.assign(session, { status: 'Error', ready: false, linked: false, error: message });
    return true;
  }

  delete(sessionId: string): boolean {
    this.#stopWaiting(sessionId);
    return this.#sessions.delete(sessionId);
  }

  clear(): void {
    for (const id of this.#sessions.keys()) this.delete(id);
  }

  #link(session: Session): void {
    const { session_id: id } = session;
    const host = `${id.slice(0, 12)}.relay.localhost`;
    const port = 30_000 + Math.floor(this.#options.clock.random() * 2_500) * 2;
    session.session_users.push(...(this.#waiting.get(id)?.users ?? []));
    this.#stopWaiting(id);
    Object.assign(session, {
      status: 'Linked',
      ready: true,
      linked: true,
      relay: {
        ip: '127.0.0.1',
        host,
        ports: {
          server: { port, protocol: 'UDP', link: `${host}:${port}` },
          client: { port: port + 1, protocol: 'UDP', link: `${host}:${port + 1}` },
        },
      },
    });
  }

  #stopWaiting(sessionId: string): void {
    this.#options.clock.clearTimeout(this.#waiting.get(sessionId)?.timer);
    this.#waiting.delete(sessionId);
  }

  #user(ip: string): SessionUser {
    return {
      ip_address: ip,
      latitude: 45.5088,
      longitude: -73.5878,
      authorization_token: this.#token(),
    };
  }

  #token(): number {
    return Math.floor(this.#options.clock.random() * 2 ** 32);
  }

  #hex(length: number): string {
    const digit = () => Math.floor(this.#options.clock.random() * 16).toString(16);
    return Array.from({ length }, digit).join('');
  }
}
