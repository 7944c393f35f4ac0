import { aborted } from '../common/aborted.js';
import { RelayError } from '../common/relay-error.js';
import type { Beginning } from './ask-for-seat.js';
import type { Endpoint } from './endpoint.js';
import { EventQueue } from './event-queue.js';
import { Match, type MatchTools } from './match.js';
import { type Player, playersOf } from './player.js';
import { type Emission, type Input, type Snapshot, step } from './state.js';

/** A connection's matches, one after the other: where it stands, what it tells, and the promises that it gave. */
export class Lifecycle {
  snapshot: Snapshot = { state: 'idle' };
  /** The same list for as long as the session's document is the same. */
  players: readonly Player[] = [];
  /** How the last match was left. */
  left: Promise<void> = Promise.resolve();
  readonly #tools: MatchTools;
  readonly #events: EventQueue<Emission>;
  #match: Match | undefined;
  /** Settles the promise of *create*, *join* or *resume*. */
  #settle = (_outcome: Endpoint | RelayError): void => {};

  /** @param fire - Calls the listeners of an event. */
  constructor(tools: MatchTools, fire: (emission: Emission) => void) {
    this.#tools = tools;
    this.#events = new EventQueue(fire);
  }

  /** All that it rejects with, an event tells too: a game that only listens to events needs no `catch`. */
  start(
    signal: AbortSignal | undefined,
    begin: () => Beginning | Promise<Beginning>,
  ): Promise<Endpoint> {
    const promise = new Promise<Endpoint>((resolve, reject) => {
      if (this.#match) {
        const message = `The connection is ${this.snapshot.state}: leave() it first.`;
        const error = new RelayError('invalid-state', message);
        this.#events.add([['error', error]]);
        throw error;
      }
      const abort = () => this.leave(aborted(signal));
      signal?.addEventListener('abort', abort);
      this.#settle = (outcome) => {
        signal?.removeEventListener('abort', abort);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      this.#match = new Match(this.#tools, {
        begin() {
          if (signal?.aborted) throw aborted(signal);
          return begin();
        },
        before: this.left.catch(() => {}),
        tell: (input) => this.#advance(input),
        isOpen: () => this.snapshot.state === 'open',
      });
      this.#advance('start');
    });
    promise.catch(() => {});
    return promise;
  }

  /** @throws {RelayError} see {@link RelayConnection.kick}. */
  async kick(playerId: string, signal: AbortSignal | undefined): Promise<void> {
    if (!this.snapshot.session) throw new RelayError('invalid-state', 'No session.');
    if (!playerId) throw isMissing('player_id');
    if (signal?.aborted) throw aborted(signal);
    await this.#match?.kick(playerId, signal);
  }

  /** Ends the match, if there is one. */
  leave(reason: RelayError): Promise<void> {
    if (this.#match) this.#advance(reason);
    return this.left;
  }

  /** All that happens to the connection: from one state to the next, and what there is to tell of it. */
  #advance(input: Input): void {
    const [next, emissions] = step(this.snapshot, input);
    if (next.session !== this.snapshot.session) this.players = playersOf(next.session);
    this.snapshot = next;
    const match = this.#match;
    if (match && next.error) {
      // Nothing of the match is left when the last events fire.
      this.#match = undefined;
      this.#settle(next.error);
      this.left = match.end(next.error);
      this.left.catch(() => {});
      this.#events.end(emissions);
      return;
    }
    if (next.state === 'open') match?.opened();
    this.#events.add(emissions);
    // A listener may have left, and begun another match.
    if (next.state === 'open' && this.#match === match) this.#settle(next.endpoint);
  }
}

export const isMissing = (field: string): RelayError =>
  new RelayError('invalid-request', `"${field}" is missing, or is none.`);
