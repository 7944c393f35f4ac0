import * as v from 'valibot';
import type { RelayApi } from '../../api/relay-api.js';
import { maybe, SessionUser } from '../../api/schemas.js';
import type { SessionEntry } from '../../api/session-list.js';
import type { Clock } from '../../common/clock.js';
import { endsWithin } from '../../common/ends-within.js';
import { codeOf } from '../../common/relay-error.js';
import { deriveJoinCode, type Origin, type Signer, type WebhookTokens } from '../identity/index.js';
import { ProxyError } from '../proxy-error.js';
import type { Seat, SessionRecords } from '../store/index.js';
import { findUser, type RosterContent } from '../watch/index.js';
import type { Chores } from './chores.js';
import type { Lease, Leases } from './leases.js';
import type { OtherProcesses } from './other-processes.js';

/** What {@link Adoption} works with. */
export interface AdoptionOptions {
  readonly api: RelayApi;
  readonly records: SessionRecords;
  readonly leases: Leases;
  readonly chores: Chores;
  /** Where others may have the same secrets, and no store is shared with them. */
  readonly others: OtherProcesses | undefined;
  readonly signer: Signer;
  readonly webhookTokens: WebhookTokens;
  readonly clock: Clock;
}

/**
 * What must be known of a session to take it into care. Whatever else the service says of it may be odd, or
 * missing: an own session must be found all the same, and somebody else's must be in nobody's way.
 */
const Adoptable = v.object({
  session_id: v.string(),
  webhook_url: v.fallback(maybe(v.string()), undefined),
  session_users: v.fallback(maybe(v.array(SessionUser)), undefined),
});
type Adoptable = v.InferOutput<typeof Adoptable>;

/** A listed session that is this proxy's own. */
export interface OwnEntry {
  readonly entry: SessionEntry;
  readonly proof: Origin;
}

/** Sessions per page when all are listed. */
const PAGE = 100;
/** How many sessions that are not listed are looked up in one sweep, at most. */
const LOOKUPS = 100;
/** In milliseconds. */
const PATIENCE = 5_000;

/**
 * Takes this proxy's own open sessions into its care, whatever it has forgotten: each gets its record and its
 * host a lease. It knows them by the signed nonce in their webhook URL, and touches no other.
 */
export class Adoption {
  readonly #options: AdoptionOptions;
  #isComplete = false;
  #complete = () => {};
  readonly #completion = new Promise<void>((resolve) => {
    this.#complete = resolve;
  });

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  /** Whether all open sessions have been gone through once. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * Waits until all open sessions have been gone through once: before, what the store does not know may be
   * there all the same.
   *
   * @throws {ProxyError} 503 where that takes long.
   */
  async completed(): Promise<void> {
    if (this.#isComplete) return;
    if (await endsWithin(this.#completion, PATIENCE, this.#options.clock)) return;
    throw new ProxyError(503, 'upstream-unavailable', 'The proxy is starting.', 2);
  }

  /** Goes through all open sessions of the account. What fails for one keeps no other from its care. */
  async sweep(): Promise<void> {
    const { api, leases, others, webhookTokens } = this.#options;
    const failures: unknown[] = [];
    webhookTokens.forgetUnused();
    const unlisted = await leases.sessionIds();
    for await (const entry of api.listAllEntries({ limit: PAGE })) {
      unlisted.delete(entry.session_id);
      await this.adopt(v.parse(Adoptable, entry)).catch((error) => failures.push(error));
    }
    await this.#lookUp([...unlisted].slice(0, LOOKUPS));
    await others?.review();
    if (failures.length > 0) throw failures[0];
    this.#isComplete = true;
    this.#complete();
  }

  /**
   * Asks for sessions that the store knows and the list does not show. A list whose order moves hides some that
   * are there, so being absent from it proves nothing: a *get* does. What fails is looked up by the next sweep.
   */
  async #lookUp(sessionIds: readonly string[]): Promise<void> {
    const { api, records } = this.#options;
    for (const sessionId of sessionIds) {
      try {
        if (!(await records.hasEnded(sessionId))) await this.adopt(await api.getSession(sessionId));
      } catch (error) {
        if (codeOf(error) === 'not-found') await records.end(sessionId).catch(() => {});
      }
    }
  }

  /**
   * The open session that a *create* with one of these nonces made, if any.
   *
   * @param api - as it is called on behalf of whoever wants to know.
   */
  async findByNonce(nonces: readonly string[], api: RelayApi): Promise<OwnEntry | undefined> {
    const { webhookTokens } = this.#options;
    for await (const entry of api.listAllEntries({ limit: PAGE })) {
      const proof = await webhookTokens.readUrl(v.parse(Adoptable, entry).webhook_url);
      if (proof && nonces.includes(proof.nonce)) return { entry, proof };
    }
    return undefined;
  }

  /** Takes one session into care, unless it is somebody else's. */
  async adopt(session: Adoptable): Promise<void> {
    const { chores, others, records, webhookTokens } = this.#options;
    const { session_id: sessionId } = session;
    const proof = await webhookTokens.readUrl(session.webhook_url);
    if (!proof) return;
    others?.notice(sessionId, proof);
    const winner = await records.claimNonce(proof.nonce, sessionId);
    // Another process may have made one for the same order, and have its players.
    const isDouble = winner !== sessionId && (others?.haveOneMaker(winner, sessionId) ?? true);
    if (isDouble || (await records.hasEnded(sessionId))) {
      await records.end(sessionId);
      await chores.plan({ what: 'delete', sessionId });
      return;
    }
    await this.record(sessionId, proof);
    for (const { playerId } of await records.seats(sessionId)) {
      await this.#grant({ sessionId, holder: playerId }, others?.isOwn(proof) ?? true);
    }
    await this.#grantStrangers(session);
  }

  /** @param isOurs - whether this process, or the store, would know of the holder if they were there. */
  #grant(lease: Lease, isOurs: boolean): Promise<void> {
    const { leases, others } = this.#options;
    return isOurs || !others ? leases.grant(lease, !this.#isComplete) : others.grant(lease);
  }

  /**
   * Makes the session's record where there is none. The host has a seat from then on.
   *
   * @returns who is in a session that was recorded just now: the host alone. `undefined` where that must be looked up.
   */
  async record(sessionId: string, proof: Origin, ip = ''): Promise<RosterContent | undefined> {
    const { clock, records } = this.#options;
    const { hostId, nonce } = proof;
    const known = await records.find(sessionId);
    const joinCode = known?.joinCode ?? (await this.#joinCode(sessionId, proof));
    if (!known) await records.save({ sessionId, nonce, hostId, joinCode });
    const seat = await records.seat(sessionId, hostId);
    if (seat && (seat.ip || !ip)) return undefined;
    const taken = { ...seat, playerId: hostId, sessionId, role: 'server', ip } as const;
    const isTaken = await records.takeSeat(taken, clock.now());
    // One that ended meanwhile is forgotten again.
    if (!isTaken) await records.end(sessionId);
    return isTaken && !known ? { seats: [taken], joinCode } : undefined;
  }

  /** Session users whom no seat is known for may come back with their ticket: they get the time to. */
  async #grantStrangers(session: Adoptable): Promise<void> {
    const { records } = this.#options;
    const { session_id: sessionId, session_users: users = [] } = session;
    const seats = await records.seats(sessionId);
    const host = seats.find(({ role }) => role === 'server');
    // The host is the first whom *create* named; a seat without an address cannot tell better.
    const hostUser = (host?.ip && findUser(session, host, seats)) || users[0];
    for (const user of users) {
      const { authorization_token: token } = user;
      const isKnown = seats.some((seat: Seat) => seat.authorizationToken === token);
      if (user === hostUser || token === undefined || isKnown) continue;
      // They may have joined by way of another process, whoever made the session.
      await this.#grant({ sessionId, holder: strangerOf(token) }, false);
    }
  }

  async #joinCode(sessionId: string, { nonce, secret }: Origin): Promise<string> {
    const { records, signer } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const code = await deriveJoinCode(signer, nonce, secret, attempt);
      if (await records.claimJoinCode(code, sessionId)) return code;
    }
  }
}

/** Who holds the lease of a session user whom no seat is known for. */
export const strangerOf = (token: number) => `~${token}`;

/** The authorization token in such a holder's name. */
export const tokenOfStranger = (holder: string) =>
  holder.startsWith('~') ? Number(holder.slice(1)) : undefined;
