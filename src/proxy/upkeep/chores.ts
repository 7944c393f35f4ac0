import * as v from 'valibot';
import type { RelayApi } from '../../api/relay-api.js';
import type { Clock } from '../../common/clock.js';
import { codeOf } from '../../common/relay-error.js';
import type { UpstreamCaller } from '../limits/index.js';
import { CLAIMED, type Store, StoredSchedule, type StoreStep } from '../store/index.js';
import { Chore } from './chore.js';
import type { TokenUse } from './shared-tokens.js';

/** The store's set of all chores. */
const CHORES = 'chores';
/** How long after a try that failed a chore is tried again, in milliseconds. */
const RETRY = 2_000;

/** What {@link Chores} ask and tell. */
export interface ChoresOptions {
  /** Asked before a user is revoked, for other players may have the same token. Default: nobody has. */
  readonly useOfToken?: (sessionId: string, token: number) => Promise<TokenUse>;
  /** Told that a user was revoked, so that the session's document is out of date. Default: nobody is told. */
  readonly onRevoked?: (sessionId: string) => Promise<void>;
}

/** On which terms a chore is tried. */
interface Terms {
  /** The relay session API, as it is called on somebody's behalf. Default: the proxy's own. */
  readonly api?: RelayApi | undefined;
  /** Asked once the chore is written down. Default: it is not called off. */
  readonly isCalledOff?: () => Promise<boolean>;
  /** Whether it was claimed because it was due, and so is written down already. Default: it is not. */
  readonly isClaimed?: boolean;
}

/**
 * Deletes sessions and revokes users, again and again until that is done or they are gone. A token that another seat
 * needs is not revoked; it is when the last seat that has it goes.
 */
export class Chores {
  readonly #api: RelayApi;
  readonly #store: Store;
  readonly #schedule: StoredSchedule;
  /** The tries that are under way in this instance. */
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #useOfToken: NonNullable<ChoresOptions['useOfToken']>;
  readonly #onRevoked: NonNullable<ChoresOptions['onRevoked']>;

  constructor(
    api: RelayApi,
    store: Store,
    clock: Clock,
    { useOfToken = async () => 'free', onRevoked = async () => {} }: ChoresOptions = {},
  ) {
    this.#api = api;
    this.#store = store;
    this.#schedule = new StoredSchedule(store, clock, CHORES, CLAIMED);
    this.#useOfToken = useOfToken;
    this.#onRevoked = onRevoked;
  }

  /** Writes down what is about to be done, so that it is done even if this process gets no further. */
  async note(chore: Chore): Promise<void> {
    await this.#store.batch([this.noting(chore)]);
  }

  /** The step that does the same in a batch. */
  noting(chore: Chore): StoreStep {
    return this.#schedule.putting(JSON.stringify(chore), RETRY);
  }

  /**
   * Takes back what was written down. A try that is under way cannot be called off; where this instance makes it, this
   * waits for its end.
   *
   * @returns whether it was written down. Then it may have been done all the same, and only upstream knows.
   */
  async takeBack(chore: Chore): Promise<boolean> {
    const { finish, steps } = this.takingBack(chore);
    const [score] = await this.#store.batch(steps);
    return finish(score);
  }

  /** {@link Chores.takeBack} in two parts: the steps for a batch, and what is done with what the first comes to. */
  takingBack(chore: Chore) {
    const member = JSON.stringify(chore);
    const underWay = this.#underWay.get(member);
    const steps = [
      ['scoreInSet', CHORES, member],
      ['removeFromSet', CHORES, member],
    ] as const;
    const finish = async (score: number | undefined): Promise<boolean> => {
      await underWay;
      return score !== undefined || underWay !== undefined;
    };
    return { steps, finish };
  }

  /**
   * Tries a chore at once, and again later where that fails. Rejects only where the store fails.
   *
   * @param asker - the player who wants it done. Default: the proxy itself.
   * @returns whether there is nothing left to do.
   */
  do(chore: Chore, asker?: UpstreamCaller): Promise<boolean> {
    asker?.note();
    return this.#follow(chore, { api: asker?.api });
  }

  /**
   * Does a chore like {@link Chores.do}, unless it is called off.
   *
   * @param isCalledOff - asked after the chore was written down. Whoever calls it off later than that can see it there.
   */
  doUnless(chore: Chore, isCalledOff: () => Promise<boolean>): Promise<boolean> {
    return this.#follow(chore, { isCalledOff });
  }

  isPlanned(chore: Chore): Promise<boolean> {
    return this.#isNoted(JSON.stringify(chore));
  }

  /** What is planned for all sessions, or for one. */
  async planned(sessionId?: string): Promise<Chore[]> {
    const members = await this.#store.membersOfSet(CHORES);
    const planned = members.flatMap((member) => choreIn(member) ?? []);
    return planned.filter((chore) => sessionId === undefined || chore.sessionId === sessionId);
  }

  /** Tries a chore, unless it is planned already. */
  async plan(chore: Chore): Promise<void> {
    const member = JSON.stringify(chore);
    if (!(await this.#isNoted(member))) await this.do(chore);
  }

  /** Tries all that is planned once more, due or not, for this process is about to end. */
  async doAll(): Promise<void> {
    const planned = await this.planned();
    await Promise.all(planned.map((chore) => this.do(chore)));
  }

  /** Tries what is due. */
  async doDue(limit: number): Promise<void> {
    const { claims } = await this.#schedule.claim(limit);
    await Promise.all(
      claims.map(({ member }) => {
        const chore = choreIn(member);
        // As it stands there: a newer version of the proxy may have written more than this one reads.
        return chore && this.#follow(chore, { isClaimed: true }, member);
      }),
    );
  }

  /** Carries a chore out, and remembers meanwhile that it is under way. */
  #follow(chore: Chore, terms: Terms, member = JSON.stringify(chore)): Promise<boolean> {
    const trying = this.#carryOut(chore, member, terms);
    const underWay = Promise.allSettled([this.#underWay.get(member), trying]);
    this.#underWay.set(member, underWay);
    void underWay.then(() => {
      if (this.#underWay.get(member) === underWay) this.#underWay.delete(member);
    });
    return trying;
  }

  async #isNoted(member: string): Promise<boolean> {
    return (await this.#schedule.dueIn(member)) !== undefined;
  }

  async #carryOut(
    chore: Chore,
    member: string,
    { api = this.#api, isCalledOff = async () => false, isClaimed = false }: Terms,
  ): Promise<boolean> {
    let isHeld = isClaimed;
    try {
      // One that was claimed may have been taken back since.
      if (isClaimed && !(await this.#isNoted(member))) return true;
      // If the store takes this but its answer is lost, the chore is scheduled for a retry below. Held here, it would
      // wait in vain.
      if (!isClaimed) await this.#schedule.put(member, CLAIMED);
      isHeld = true;
      const use = await this.#useOf(chore);
      if (use === 'unclear') {
        // It is tried again until it is clear. Nobody can wait for that, so it counts as done.
        await this.#schedule.put(member, RETRY);
        return true;
      }
      if (use === 'free' && !(await isCalledOff())) await this.#try(chore, api);
      await this.#schedule.remove(member);
      return true;
    } catch {
      // A chore that is no longer there was taken back meanwhile, or another instance has done it.
      if (isHeld && !(await this.#isNoted(member))) return true;
      await this.#schedule.put(member, RETRY);
      return false;
    }
  }

  async #useOf(chore: Chore): Promise<TokenUse> {
    return chore.what === 'revoke' ? this.#useOfToken(chore.sessionId, chore.token) : 'free';
  }

  async #try(chore: Chore, api: RelayApi): Promise<void> {
    try {
      if (chore.what === 'delete') {
        await api.deleteSession(chore.sessionId);
        return;
      }
      const { sessionId: session_id, token: authorization_token } = chore;
      await api.revokeUser({ session_id, authorization_token });
      await this.#onRevoked(session_id);
    } catch (error) {
      // Where it is gone, there is nothing left to do.
      if (codeOf(error) !== 'not-found') throw error;
    }
  }
}

/** The chore that a member of the set is; `undefined` for one that only a newer version of the proxy knows. */
function choreIn(member: string): Chore | undefined {
  const { output, success } = v.safeParse(Chore, JSON.parse(member));
  return success ? output : undefined;
}
