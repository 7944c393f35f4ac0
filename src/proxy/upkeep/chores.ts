import * as v from 'valibot';
import type { RelayApi } from '../../api/relay-api.js';
import { AuthorizationToken } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import { codeOf } from '../../common/relay-error.js';
import type { Asker } from '../limits/index.js';
import { DueSet, type Seat, type Store } from '../store/index.js';
import type { TokenUse } from './token-use.js';

/** What must be done upstream, sooner or later. */
export const Chore = v.variant('what', [
  v.object({ what: v.literal('delete'), sessionId: v.string() }),
  v.object({ what: v.literal('revoke'), sessionId: v.string(), token: AuthorizationToken }),
]);
export type Chore = v.InferOutput<typeof Chore>;

/** What losing a seat means upstream: a session ends with its host, and a user is revoked. */
export function choreOf({ sessionId, role, authorizationToken: token }: Seat): Chore | undefined {
  if (role === 'server') return { what: 'delete', sessionId };
  return token === undefined ? undefined : { what: 'revoke', sessionId, token };
}

const CHORES = 'chores';
/** How long one try may take before another instance may try too, in milliseconds. */
const HELD = 60_000;
/** In milliseconds. */
const RETRY = 2_000;

/** What {@link Chores} ask and tell. */
export interface ChoresOptions {
  /** Asked before a user is revoked: others may have the same token. Default: nobody has. */
  readonly useOfToken?: (sessionId: string, token: number) => Promise<TokenUse>;
  /** Told that a user was revoked: what was known of the session is old now. Default: nobody is told. */
  readonly onRevoked?: (sessionId: string) => Promise<void>;
}

/**
 * Deletes sessions and revokes users, again and again, until it succeeded or they are gone. A token that another seat
 * needs is left alone: who has it last gives it back.
 */
export class Chores {
  readonly #api: RelayApi;
  readonly #store: Store;
  readonly #due: DueSet;
  /** The tries that are under way here. */
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
    this.#due = new DueSet(store, clock, CHORES, HELD);
    this.#useOfToken = useOfToken;
    this.#onRevoked = onRevoked;
  }

  /** Writes down what is about to be done, so that it will be even where whoever does it comes no further. */
  async note(chore: Chore): Promise<void> {
    await this.#due.put(JSON.stringify(chore), RETRY);
  }

  /**
   * Takes back what was written down. A try that is under way cannot be called off: here its end is waited for.
   *
   * @returns whether it was there. Then it may have been done all the same, and only upstream knows.
   */
  async takeBack(chore: Chore): Promise<boolean> {
    const member = JSON.stringify(chore);
    const underWay = this.#underWay.get(member);
    const wasNoted = await this.#isNoted(member);
    if (wasNoted) await this.#due.remove(member);
    await underWay;
    return wasNoted || underWay !== undefined;
  }

  /**
   * Tries at once; what fails is tried again later. Rejects only where the store does not take it.
   *
   * @param asker - who wants it done, if it is not the proxy itself.
   * @returns whether there is nothing left to do.
   */
  do(chore: Chore, asker?: Asker): Promise<boolean> {
    asker?.note();
    return this.#follow(chore, async () => false, asker?.api);
  }

  /**
   * As {@link Chores.do}, unless it is called off.
   *
   * @param isCalledOff - asked once it is written down that it is tried: whoever calls it off after that can see it.
   */
  doUnless(chore: Chore, isCalledOff: () => Promise<boolean>): Promise<boolean> {
    return this.#follow(chore, isCalledOff);
  }

  isPlanned(chore: Chore): Promise<boolean> {
    return this.#isNoted(JSON.stringify(chore));
  }

  /** What is planned, for all sessions or for one. */
  async planned(sessionId?: string): Promise<Chore[]> {
    const members = await this.#store.membersOfSet(CHORES);
    const planned = members.map((member) => v.parse(Chore, JSON.parse(member)));
    return planned.filter((chore) => sessionId === undefined || chore.sessionId === sessionId);
  }

  /** Sees to it that it is tried, unless that is planned already. */
  async plan(chore: Chore): Promise<void> {
    const member = JSON.stringify(chore);
    if (!(await this.#isNoted(member))) await this.do(chore);
  }

  /** Tries all that is planned once more, due or not: this process is about to end. */
  async doAll(): Promise<void> {
    const planned = await this.planned();
    await Promise.all(planned.map((chore) => this.do(chore)));
  }

  /** Tries what is due. */
  async doDue(limit: number): Promise<void> {
    const { members: due } = await this.#due.take(limit);
    await Promise.all(due.map((member) => this.do(v.parse(Chore, JSON.parse(member)))));
  }

  /** Carries it out, and remembers that it is under way. */
  #follow(
    chore: Chore,
    isCalledOff: () => Promise<boolean>,
    api: RelayApi = this.#api,
  ): Promise<boolean> {
    const member = JSON.stringify(chore);
    const trying = this.#carryOut(chore, member, isCalledOff, api);
    const underWay = Promise.allSettled([this.#underWay.get(member), trying]);
    this.#underWay.set(member, underWay);
    void underWay.then(() => {
      if (this.#underWay.get(member) === underWay) this.#underWay.delete(member);
    });
    return trying;
  }

  async #isNoted(member: string): Promise<boolean> {
    return (await this.#due.dueIn(member)) !== undefined;
  }

  async #carryOut(
    chore: Chore,
    member: string,
    isCalledOff: () => Promise<boolean>,
    api: RelayApi,
  ): Promise<boolean> {
    let isHeld = false;
    try {
      // Where only the answer to this is lost, it would be held for a minute by nobody.
      await this.#due.put(member, HELD);
      isHeld = true;
      const use = await this.#useOf(chore);
      if (use === 'unclear') {
        // Nothing that anybody could wait for: it is done once it is clear.
        await this.#due.put(member, RETRY);
        return true;
      }
      if (use === 'free' && !(await isCalledOff())) await this.#try(chore, api);
      await this.#due.remove(member);
      return true;
    } catch {
      // What is no longer there was taken back meanwhile, or another instance has done it.
      if (isHeld && !(await this.#isNoted(member))) return true;
      await this.#due.put(member, RETRY);
      return false;
    }
  }

  async #useOf(chore: Chore): Promise<TokenUse> {
    return chore.what === 'revoke' ? this.#useOfToken(chore.sessionId, chore.token) : 'free';
  }

  async #try(chore: Chore, api: RelayApi): Promise<void> {
    try {
      if (chore.what === 'delete') await api.deleteSession(chore.sessionId);
      else {
        const { sessionId: session_id, token: authorization_token } = chore;
        await api.revokeUser({ session_id, authorization_token });
        await this.#onRevoked(session_id);
      }
    } catch (error) {
      const isGone = codeOf(error) === 'not-found';
      if (!isGone) throw error;
    }
  }
}
