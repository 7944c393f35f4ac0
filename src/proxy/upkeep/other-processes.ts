import type { Clock } from '../../common/clock.js';
import type { WebhookProof } from '../identity/index.js';
import type { SessionRecords } from '../store/index.js';
import type { Lease, Leases } from './leases.js';

/** What {@link OtherProcesses} works with. */
export interface OtherProcessesOptions {
  readonly leases: Leases;
  readonly records: SessionRecords;
  readonly clock: Clock;
  /** Names this process in the webhook URLs of the sessions that it makes. */
  readonly maker: string;
  /** Called once for each other process that turns out to be at work. */
  readonly onFound: () => void;
}

/** An open session whose webhook URL is signed with this proxy's secrets. */
interface Noticed {
  readonly sessionId: string;
  readonly hostId: string;
  /** Names the process that made it. */
  readonly maker: string;
  /** Who got a long lease and has not called since, with the end of that lease in milliseconds since the epoch. */
  readonly silent: Map<string, number>;
}

/** How long a long lease lasts, in milliseconds. */
export const LONG_LEASE = 60 * 60_000;

/**
 * How sessions of other processes are treated: those that have the same secrets but a memory of their own, and run
 * beside this process or ran before it.
 *
 * A player who does not call here may be playing there, and so gets a long lease: one hour, and another with each sign
 * that the other process is at work. Once half of its hosts have called here, that process is taken for gone, and the
 * players who still have not called get an ordinary lease. A player who calls always gets an ordinary lease.
 */
export class OtherProcesses {
  readonly #options: OtherProcessesOptions;
  /** By session id. */
  readonly #noticed = new Map<string, Noticed>();
  /** When each process made its newest session, in milliseconds since the epoch. Only of those made since the start. */
  readonly #newest = new Map<string, number>();
  /** When there was last a sign of each process, on the monotonic clock. */
  readonly #heard = new Map<string, number>();
  /** When this process started, in milliseconds since the epoch. */
  readonly #started: number;
  /** How long a long lease lasts, in milliseconds. */
  readonly #long: number;

  constructor(options: OtherProcessesOptions) {
    this.#options = options;
    this.#started = options.clock.now();
    this.#long = Math.max(LONG_LEASE, options.leases.duration);
  }

  /**
   * Takes notice of an open session. Where another process made it after this one started, it is a sign that the other
   * is at work.
   */
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

  /** Whether this process made a session. */
  isOwn({ maker }: Pick<WebhookProof, 'maker'>): boolean {
    return maker === this.#options.maker;
  }

  /** Whether one process made both sessions. Then one of them may have been made twice by mistake. */
  haveOneMaker(one: string, other: string): boolean {
    const makerOf = (id: string) => this.#noticed.get(id)?.maker ?? this.#options.maker;
    return makerOf(one) === makerOf(other);
  }

  /** Gives a long lease to a holder in a noticed session who has no lease. */
  async grant(lease: Lease): Promise<void> {
    if ((await this.#options.leases.expiry(lease)) === undefined) await this.#lengthen(lease);
  }

  /** Makes the leases of those who have not called longer or shorter, as each process is at work or gone. */
  async review(): Promise<void> {
    await this.#forgetEndedAndHeard();
    const sessions = [...this.#noticed.values()];
    for (const maker of new Set(sessions.map((session) => session.maker))) {
      if (this.isOwn({ maker })) continue;
      await this.#reviewProcess(
        maker,
        sessions.filter((session) => session.maker === maker),
      );
    }
  }

  async #reviewProcess(maker: string, sessions: readonly Noticed[]): Promise<void> {
    const left = this.#leftSinceSign(maker);
    if (left > 0) {
      for (const lease of silentIn(sessions)) await this.#lengthen(lease, left);
    } else if (isGone(sessions)) {
      for (const lease of silentIn(sessions)) await this.#shorten(lease);
    }
  }

  /** How long the long leases still last after the last sign of a process, in milliseconds. */
  #leftSinceSign(maker: string): number {
    const heard = this.#heard.get(maker);
    return heard === undefined ? 0 : heard + this.#long - this.#options.clock.monotonic();
  }

  /** Forgets sessions that have ended, and the silence of those whose lease is no longer the one given here. */
  async #forgetEndedAndHeard(): Promise<void> {
    const { leases, records } = this.#options;
    for (const { sessionId, silent } of [...this.#noticed.values()]) {
      if (await records.hasEnded(sessionId)) this.#noticed.delete(sessionId);
      for (const [holder, expires] of silent) {
        if ((await leases.expiry({ sessionId, holder })) !== expires) silent.delete(holder);
      }
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

/** The leases of all who got a long one in these sessions, and have not called since. */
function silentIn(sessions: readonly Noticed[]): Lease[] {
  return sessions.flatMap(({ sessionId, silent }) =>
    [...silent.keys()].map((holder) => ({ sessionId, holder })),
  );
}

/** Whether the process that made these sessions is taken for gone, because half of their hosts have called here. */
function isGone(sessions: readonly Noticed[]): boolean {
  const heard = sessions.filter(({ hostId, silent }) => !silent.has(hostId)).length;
  return heard > 0 && heard * 2 >= sessions.length;
}
