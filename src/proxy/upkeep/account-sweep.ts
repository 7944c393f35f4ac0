import type { Clock } from '../../common/clock.js';
import type { SweepChannel } from '../store/index.js';
import { listedSession, type SweepPace } from '../watch/index.js';
import { type AccountList, areNearlyAll, type ReadSoFar } from './account-list.js';
import type { Adoption } from './adoption.js';
import type { AdoptionRound } from './adoption-round.js';
import { type Duty, NotOnDuty } from './duty.js';
import type { WantedCreates } from './wanted-creates.js';

/** What an {@link AccountSweep} works with. */
export interface AccountSweepTools {
  readonly adoption: Adoption;
  readonly channel: SweepChannel;
  readonly clock: Clock;
  readonly duty: Duty;
  readonly list: AccountList;
  readonly pace: SweepPace;
  readonly wanted: WantedCreates;
}

/** What one sweep is for, besides the searches for lost *creates*, which each serves. */
export interface Purpose {
  /** Whether sessions are adopted, too. */
  readonly adopts?: boolean;
  /** Whether another sweep follows soon, because many open sessions are watched. */
  readonly watches?: boolean;
  /** Whether somebody waits for it. */
  readonly isUrgent?: boolean;
  /** Told of what fails after the list was read, where the sweep does not wait for it. */
  readonly onFailure?: (error: unknown) => void;
}

/** The shortest time from one sweep to the next, in milliseconds. */
export const SHORTEST = 10_000;

/**
 * One way through the account's list, which serves all who need it, at all instances: those who watch open sessions,
 * adoption, and searches for lost *creates*. Only the instance on duty goes it.
 */
export class AccountSweep {
  readonly #tools: AccountSweepTools;
  /** How many pages the list had last. */
  #pages = 1;
  /** When the last sweep began that adopted sessions, and did not fail, on the monotonic clock. */
  #adoptedAt = Number.NEGATIVE_INFINITY;
  #isAdopting = false;

  constructor(tools: AccountSweepTools) {
    this.#tools = tools;
  }

  /** Whether what a sweep has listed is still being adopted. */
  get isAdopting(): boolean {
    return this.#isAdopting;
  }

  /** When the last sweep began that adopted sessions, and did not fail, on the monotonic clock. */
  get adoptedAt(): number {
    return this.#adoptedAt;
  }

  /** How long after the beginning of one sweep the next begins, so that the pages take no more than their share. */
  get interval(): number {
    return Math.max(SHORTEST, this.#pages * this.#tools.pace.gap);
  }

  /**
   * Goes it once.
   *
   * @returns after how many milliseconds the next sweep should begin, where it watches.
   * @throws {NotOnDuty} where another instance is on duty, or is so from some page on.
   */
  async run({ adopts, isUrgent, onFailure, watches }: Purpose): Promise<number | undefined> {
    const { channel, duty, wanted } = this.#tools;
    if (!(await duty.isMine())) throw new NotOnDuty();
    const { nonces } = wanted;
    try {
      const round = adopts ? await this.#beginAdoption(isUrgent ?? false) : undefined;
      const { pages, shown, total } = await this.#read(nonces, isUrgent ?? false, round);
      this.#pages = pages;
      const isWhole = areNearlyAll(shown.size, total);
      const next = watches ? this.interval : undefined;
      await channel.tell({ what: 'end', pages, isWhole, next });
      const adopted = round && this.#adopt(round, shown.size, total);
      if (watches) {
        adopted?.catch((error) => {
          this.#failAdoption();
          onFailure?.(error);
        });
      } else await adopted;
      return next;
    } catch (error) {
      if (adopts) this.#failAdoption();
      if (nonces.length > 0) await this.#tellOfFailure();
      throw error;
    } finally {
      wanted.settle(nonces);
    }
  }

  async #read(
    nonces: readonly string[],
    isUrgent: boolean,
    round: AdoptionRound | undefined,
  ): Promise<ReadSoFar> {
    const { channel, duty, list, wanted } = this.#tools;
    await channel.tell({ what: 'begin', nonces: [...nonces] });
    const rules = {
      isThorough: isUrgent || nonces.length > 0,
      isUrgent: () => isUrgent || wanted.nonces.length > 0,
      checkMayGoOn: () => {
        if (!duty.isHeld) throw new NotOnDuty();
      },
    };
    return list.read(rules, async (entries) => {
      const sessions = entries.map((entry) => listedSession(entry));
      await channel.tell({
        what: 'page',
        sessions: sessions.map(({ sessionId, fields, hash }) => [sessionId, fields, hash]),
      });
      for (const found of wanted.among(entries)) await channel.tell({ what: 'found', ...found });
      round?.take(entries);
    });
  }

  /** Whoever searches is told that nobody knows. */
  async #tellOfFailure(): Promise<void> {
    const end = { what: 'end', pages: this.#pages, isWhole: false } as const;
    await this.#tools.channel.tell(end).catch(() => {});
  }

  #beginAdoption(isUrgent: boolean): Promise<AdoptionRound> {
    this.#isAdopting = true;
    this.#adoptedAt = this.#tools.clock.monotonic();
    return this.#tools.adoption.beginRound(isUrgent);
  }

  /** Brings the adoption to its end, and tells the other instances. */
  async #adopt(round: AdoptionRound, shown: number, total: number): Promise<void> {
    await round.finish(shown, total);
    this.#isAdopting = false;
    await this.#tools.channel.tell({ what: 'adopted' });
  }

  /** It is due as before. */
  #failAdoption(): void {
    this.#isAdopting = false;
    this.#adoptedAt = Number.NEGATIVE_INFINITY;
  }
}
