import * as v from 'valibot';
import type { Clock } from '../api/clock.js';
import type { RelayApi } from '../api/relay-api.js';
import { RelayError } from '../api/relay-error.js';
import { AuthorizationToken } from '../api/schemas.js';
import type { Asker } from './asker.js';
import type { Seat } from './seat.js';
import type { Store } from './store.js';

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

/** Deletes sessions and revokes users, again and again, until it succeeded or they are gone. */
export class Chores {
  readonly #api: RelayApi;
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(api: RelayApi, store: Store, clock: Clock) {
    this.#api = api;
    this.#store = store;
    this.#clock = clock;
  }

  /** Writes down what is about to be done, so that it will be even where whoever does it comes no further. */
  async note(chore: Chore): Promise<void> {
    await this.#store.addToSet(CHORES, JSON.stringify(chore), this.#clock.now() + RETRY);
  }

  /** Takes back what was written down and not begun. */
  async takeBack(chore: Chore): Promise<void> {
    await this.#store.removeFromSet(CHORES, JSON.stringify(chore));
  }

  /**
   * Tries at once; what fails is tried again later. Rejects only where the store does not take it.
   *
   * @param asker - who wants it done, if it is not the proxy itself.
   */
  async do(chore: Chore, asker?: Asker): Promise<void> {
    asker?.note();
    const member = JSON.stringify(chore);
    try {
      // Where only the answer to this is lost, it would be held for a minute by nobody.
      await this.#store.addToSet(CHORES, member, this.#clock.now() + HELD);
      await this.#try(chore, asker?.api ?? this.#api);
      await this.#store.removeFromSet(CHORES, member);
    } catch {
      await this.#store.addToSet(CHORES, member, this.#clock.now() + RETRY);
    }
  }

  /** Sees to it that it is tried, unless that is planned already. */
  async plan(chore: Chore): Promise<void> {
    const member = JSON.stringify(chore);
    if ((await this.#store.scoreInSet(CHORES, member)) === undefined) await this.do(chore);
  }

  /** Tries what is due. */
  async doDue(limit: number): Promise<void> {
    const due = await this.#store.takeFromSet(CHORES, this.#clock.now(), limit);
    await Promise.all(due.map((member) => this.do(v.parse(Chore, JSON.parse(member)))));
  }

  async #try(chore: Chore, api: RelayApi): Promise<void> {
    try {
      if (chore.what === 'delete') await api.deleteSession(chore.sessionId);
      else {
        const { sessionId: session_id, token: authorization_token } = chore;
        await api.revokeUser({ session_id, authorization_token });
      }
    } catch (error) {
      const isGone = error instanceof RelayError && error.code === 'not-found';
      if (!isGone) throw error;
    }
  }
}
