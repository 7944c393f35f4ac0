import type { RelayApi } from '../../api/relay-api.js';
import type { Clock } from '../../common/clock.js';
import { endsWithin } from '../../common/ends-within.js';
import { deriveJoinCode, type Origin, type Signer, type WebhookTokens } from '../identity/index.js';
import { ProxyError } from '../proxy-error.js';
import type { Note } from '../reports/index.js';
import type { Seat, SessionRecords, StoreStep } from '../store/index.js';
import type { RosterContent, SweepPace } from '../watch/index.js';
import type { Adoptable } from './adoptable.js';
import { AdoptionRound } from './adoption-round.js';
import type { Chores } from './chores.js';
import type { Lease, Leases } from './leases.js';
import type { OtherProcesses } from './other-processes.js';
import { type Finding, SweepCounts } from './sweep-counts.js';
import { strangerOf, tokensWithoutSeat } from './users-without-seat.js';

/** What {@link Adoption} works with. */
export interface AdoptionOptions {
  /** The relay session API, for what nobody waits for. */
  readonly api: RelayApi;
  readonly pace: SweepPace;
  readonly records: SessionRecords;
  readonly leases: Leases;
  readonly chores: Chores;
  /** `undefined` unless other processes may have the same secrets without sharing this one's store. */
  readonly others: OtherProcesses | undefined;
  readonly signer: Signer;
  readonly webhookTokens: WebhookTokens;
  readonly clock: Clock;
  readonly note: Note;
}

/** Where a session's host comes from. */
type Arrival = Pick<Seat, 'ip' | 'via'>;

/** How long a request waits for the first sweep, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Takes care of this proxy's own open sessions, even if the store has forgotten them: each gets its record, and its
 * players get leases. The proxy knows its own sessions by the signed nonce in their webhook URL, and leaves all others
 * alone.
 */
export class Adoption {
  readonly #options: AdoptionOptions;
  /** What the last sweep found. */
  readonly counts: SweepCounts;
  #isComplete = false;
  /** Those who wait until {@link Adoption.isComplete}. */
  readonly #waiting = new Set<() => void>();

  constructor(options: AdoptionOptions) {
    this.#options = options;
    this.counts = new SweepCounts(options.clock);
  }

  /** Whether all open sessions of the account have been gone through once since the start, here or elsewhere. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * Waits until all open sessions have been gone through once. Until then, a session that the store does not know may
   * be there all the same.
   *
   * @throws {ProxyError} 503 where that takes long.
   */
  async completed(): Promise<void> {
    if (this.#isComplete) return;
    const completion = new Promise<void>((resolve) => this.#waiting.add(resolve));
    if (await endsWithin(completion, PATIENCE, this.#options.clock)) return;
    throw new ProxyError(503, 'upstream-unavailable', 'The proxy is starting.', 2);
  }

  /**
   * Begins to go through all open sessions of the account.
   *
   * @param isUrgent - whether somebody waits for it.
   */
  async beginRound(isUrgent: boolean): Promise<AdoptionRound> {
    const { api, leases, others, pace, records, webhookTokens } = this.#options;
    webhookTokens.forgetUnused();
    const unlisted = await leases.sessionIds();
    return new AdoptionRound({
      api,
      records,
      pace: isUrgent ? undefined : pace,
      unlisted,
      adopt: (session) => this.#find(session),
      onEnd: async () => others?.review(),
      onComplete: (findings) => {
        this.counts.set(findings);
        this.#complete();
      },
    });
  }

  /** Notes that another instance has gone through all, into the same store. */
  noteDoneElsewhere(): void {
    // What this instance has read meanwhile is not in a list of its own.
    this.#options.webhookTokens.forgetUnused();
    this.#complete();
  }

  #complete(): void {
    this.#isComplete = true;
    for (const goOn of this.#waiting) goOn();
    this.#waiting.clear();
  }

  /** Takes care of one session, unless it is somebody else's. */
  async adopt(session: Adoptable): Promise<void> {
    await this.#find(session);
  }

  /** {@link Adoption.adopt}, and what the session turned out to be. */
  async #find(session: Adoptable): Promise<Finding> {
    const { chores, note, others, records, webhookTokens } = this.#options;
    const { session_id: sessionId } = session;
    const proof = await webhookTokens.readUrl(session.webhook_url);
    if (!proof) return 'foreign';
    others?.notice(sessionId, proof);
    const winner = await records.claimNonce(proof.nonce, sessionId);
    // A double, unless another process made it for the same *create*, and has players there.
    const isDouble = winner !== sessionId && (others?.haveOneMaker(winner, sessionId) ?? true);
    if (isDouble || (await records.hasEnded(sessionId))) {
      await records.end(sessionId);
      await chores.plan({ what: 'delete', sessionId });
      return 'own';
    }
    if (await this.record(sessionId, proof)) {
      note({ event: 'adopted', session: sessionId, player: proof.hostId });
    }
    const seats = await records.seats(sessionId);
    for (const { playerId } of seats) {
      await this.#grant({ sessionId, holder: playerId }, others?.isOwn(proof) ?? true);
    }
    await this.#grantStrangers(session);
    return seats.some(({ role }) => role === 'server') ? 'hosted' : 'own';
  }

  /**
   * Gives a lease to a holder who has none.
   *
   * @param isOurs - whether the holder, if still there, calls this process or one that shares its store.
   */
  #grant(lease: Lease, isOurs: boolean): Promise<void> {
    const { leases, others } = this.#options;
    return isOurs || !others ? leases.grant(lease, !this.#isComplete) : others.grant(lease);
  }

  /**
   * Makes the session's record where there is none. The host has a seat from then on.
   *
   * @param arrival - where the host comes from, where it is known.
   * @returns who is in a session that was recorded just now: the host alone. `undefined` where that must be looked up.
   */
  async record(
    sessionId: string,
    proof: Origin,
    arrival: Arrival = { ip: '' },
  ): Promise<RosterContent | undefined> {
    const { clock, records } = this.#options;
    const { hostId, nonce } = proof;
    const known = await records.find(sessionId);
    const joinCode = known?.joinCode ?? (await this.#joinCode(sessionId, proof));
    if (!known) await records.save({ sessionId, nonce, hostId, joinCode });
    const seat = await records.seat(sessionId, hostId);
    if (seat && (seat.ip || !arrival.ip)) return undefined;
    const taken = { ...seat, playerId: hostId, sessionId, role: 'server', ...arrival } as const;
    const isTaken = await records.takeSeat(taken, clock.now());
    // One that ended meanwhile is forgotten again.
    if (!isTaken) await records.end(sessionId);
    return isTaken && !known ? { seats: [taken], joinCode } : undefined;
  }

  /**
   * Writes a session down that was made just now, with its host's seat, in one go.
   *
   * @param more - steps that are done at the same time.
   * @returns who is in it: the host alone. `undefined` where it could not be done in one go: then nothing is done, and
   * {@link Adoption.record} does what can be done.
   */
  async begin(
    sessionId: string,
    { hostId, nonce, secret }: Origin,
    arrival: Arrival,
    more: readonly StoreStep[],
  ): Promise<RosterContent | undefined> {
    const { clock, records, signer } = this.#options;
    const joinCode = await deriveJoinCode(signer, nonce, secret, 0);
    const host = { playerId: hostId, sessionId, role: 'server', ...arrival } as const;
    const record = { sessionId, nonce, hostId, joinCode };
    const isDone = await records.begin(record, host, clock.now(), more);
    return isDone ? { seats: [host], joinCode } : undefined;
  }

  /** Session users without a seat get the time to come back with their ticket. */
  async #grantStrangers({ session_id: sessionId, session_users = [] }: Adoptable): Promise<void> {
    const seats = await this.#options.records.seats(sessionId);
    for (const token of tokensWithoutSeat(session_users, seats)) {
      // They may have joined by way of another process, whoever made the session.
      await this.#grant({ sessionId, holder: strangerOf(token) }, false);
    }
  }

  async #joinCode(sessionId: string, { nonce, secret }: Origin): Promise<string> {
    const { records, signer } = this.#options;
    for (let count = 0; ; count += 1) {
      const code = await deriveJoinCode(signer, nonce, secret, count);
      if (await records.claimJoinCode(code, sessionId)) return code;
    }
  }
}
