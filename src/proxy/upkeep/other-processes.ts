import type { Clock } from '../../common/clock.js';
import type { WebhookProof } from '../identity/index.js';
import type { SessionRecords } from '../store/index.js';
import type { Lease, Leases } from './leases.js';

/** What {@link OtherProcesses} works with. */
export interface OtherProcessesOptions {
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly clock: Clock;
  /** This process's own mark, which stands in the sessions that it makes. */
  readonly maker: string;
  /** Called once for each other process that turns out to be at work. */
  readonly onFound: () => void;
}

/** An open session with this proxy's signature. */
interface Noticed {
  readonly sessionId: string;
  readonly hostId: string;
  readonly maker: string;
  /** Who got a long lease and was not heard of since, and until when it lasts, in milliseconds since the epoch. */
  readonly silent: Map<string, number>;
}

/** A long lease, in milliseconds. */
export const LONG_LEASE = 60 * 60_000;

/**
 * The processes with the same secrets beside or before this one, where each remembers for itself alone. Who is
 * silent here may be playing there, and so gets a long lease: an hour, and an hour again with each sign that the
 * other process is at work. Once half of its hosts have called here it is taken for gone, and who is still silent
 * gets an ordinary lease. A call renews a lease as ever, and makes it an ordinary one.
 */
export class OtherProcesses {
  readonly #options: OtherProcessesOptions;
  readonly #noticed = new Map<string, Noticed>();
  /** The newest session of each process that made one since this one started: when, in milliseconds since the epoch. */
  readonly #newest = new Map<string, number>();
  /** When there was last a sign of each, on the monotonic clock. */
  readonly #heard = new Map<string, number>();
  readonly #started: number;
  readonly #long: number;

  constructor(options: OtherProcessesOptions) {
    this.#options = options;
    this.#started = options.clock.now();
    this.#long = Math.max(LONG_LEASE, options.leases.duration);
  }

  /** Takes notice of an open session. One that another process made since this one started is a sign of it. */
  notice(sessionId: string, { hostId, made, maker }: WebhookProof): void {
    const { clock, onFound } = this.#options;
    if (!this.#noticed.has(sessionId)) {
      this.#noticed.set(sessionId, { sessionId, hostId, maker, silent: new Map() });
    }
    const newest = this.#newest.get(maker);
    if (this.isOwn({ maker }) || made <= (newest ?? this.#started)) return;
    this.#newest.set(maker, made);
    this.#heard.set(maker, clock.monotonic());
    if (newest === undefined) onFound();
  }

  isOwn({ maker }: Pick<WebhookProof, 'maker'>): boolean {
    return maker === this.#options.maker;
  }

  /** Whether one process made both sessions, so that one of the two may be a double. */
  haveOneMaker(one: string, other: string): boolean {
    const makerOf = (id: string) => this.#noticed.get(id)?.maker ?? this.#options.maker;
    return makerOf(one) === makerOf(other);
  }

  /** Gives a long lease to a holder in a noticed session who has none. */
  async grant(lease: Lease): Promise<void> {
    if ((await this.#options.leases.expiry(lease)) === undefined) await this.#lengthen(lease);
  }

  /** Sees who was heard of since, and what that tells of the other processes. */
  async review(): Promise<void> {
    await this.#forgetEnded();
    const makers = new Set([...this.#noticed.values()].map(({ maker }) => maker));
    for (const maker of makers) {
      if (this.isOwn({ maker })) continue;
      const sessions = [...this.#noticed.values()].filter((session) => session.maker === maker);
      const heard = this.#heard.get(maker);
      const { clock } = this.#options;
      // The long leases end an hour after the last sign.
      const left = heard === undefined ? 0 : heard + this.#long - clock.monotonic();
      if (left > 0) await this.#forSilent(sessions, (lease) => this.#lengthen(lease, left));
      else if (isGone(sessions)) await this.#forSilent(sessions, (lease) => this.#shorten(lease));
    }
  }

  async #forgetEnded(): Promise<void> {
    const { leases, records } = this.#options;
    for (const { sessionId, silent } of [...this.#noticed.values()]) {
      if (await records.hasEnded(sessionId)) this.#noticed.delete(sessionId);
      for (const [holder, expires] of silent) {
        if ((await leases.expiry({ sessionId, holder })) !== expires) silent.delete(holder);
      }
    }
  }

  async #forSilent(
    sessions: readonly Noticed[],
    work: (lease: Lease) => Promise<void>,
  ): Promise<void> {
    for (const { sessionId, silent } of sessions) {
      for (const holder of [...silent.keys()]) await work({ sessionId, holder });
    }
  }

  async #lengthen(lease: Lease, duration = this.#long): Promise<void> {
    const { leases } = this.#options;
    await leases.renew(lease, duration);
    const expires = await leases.expiry(lease);
    if (expires !== undefined) {
      this.#noticed.get(lease.sessionId)?.silent.set(lease.holder, expires);
    }
  }

  async #shorten(lease: Lease): Promise<void> {
    await this.#options.leases.renew(lease);
    this.#noticed.get(lease.sessionId)?.silent.delete(lease.holder);
  }
}

/** Whether the process that made these sessions must be taken for gone: its players come here. */
function isGone(sessions: readonly Noticed[]): boolean {
  const heard = sessions.filter(({ hostId, silent }) => !silent.has(hostId)).length;
  return heard > 0 && heard * 2 >= sessions.length;
}
