import type { Clock } from '../../common/clock.js';
import type { Store } from '../store/index.js';

/** The store's key for the instance that is on duty. */
const ON_DUTY = 'on-duty';
/** How long an instance stays on duty without a sign of life, in milliseconds. */
const HELD = 10_000;
/** How long an instance that has handed over leaves it to the others, in milliseconds. Each asks every two seconds. */
const LEFT_TO_OTHERS = 5_000;

/** Thrown where something may only be done by the instance on duty, and this is another one, or no longer the one. */
export class NotOnDuty extends Error {
  constructor() {
    super('Another instance is on duty.');
    this.name = 'NotOnDuty';
  }
}

/**
 * The upkeep of instances that share a store: one of them is on duty, and does it for all. Where it dies, another one
 * takes over as soon as it is noticed. What is done twice does no harm, so nothing else keeps two from it.
 */
export class Duty {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #instance = crypto.randomUUID();
  /** Until when this instance is surely on duty, on the monotonic clock. */
  #heldUntil = Number.NEGATIVE_INFINITY;
  /** Until when it is left to the others, on the monotonic clock. */
  #othersUntil = Number.NEGATIVE_INFINITY;
  #onTaken = () => {};

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Has somebody told each time that this instance comes on duty. */
  onTaken(listener: () => void): void {
    this.#onTaken = listener;
  }

  /** Whether this instance is on duty, as far as is known without asking the store. */
  get isHeld(): boolean {
    return this.#clock.monotonic() < this.#heldUntil;
  }

  /** Whether this instance is on duty, from now on for a few seconds more. */
  async isMine(): Promise<boolean> {
    const asked = this.#clock.monotonic();
    if (asked < this.#othersUntil) return false;
    const { length } = await this.#store.batch([
      ['ifClaimed', ON_DUTY, this.#instance, HELD],
      ['set', ON_DUTY, this.#instance, HELD],
    ]);
    const isMine = length > 0 && asked >= this.#othersUntil;
    const isNew = isMine && !this.isHeld;
    // From when it was asked on: in the store it holds somewhat longer.
    this.#heldUntil = isMine ? asked + HELD : Number.NEGATIVE_INFINITY;
    if (isNew) this.#onTaken();
    return isMine;
  }

  /** Hands over to whoever asks next, and comes back to it where nobody has. */
  async handOver(): Promise<void> {
    await this.#giveUpUntil(this.#clock.monotonic() + LEFT_TO_OTHERS);
  }

  /** Goes off duty for good, and hands over to whoever asks next. Where the store fails, they notice. */
  async leave(): Promise<void> {
    await this.#giveUpUntil(Number.POSITIVE_INFINITY);
  }

  async #giveUpUntil(time: number): Promise<void> {
    // Who has left comes back no more.
    this.#othersUntil = Math.max(this.#othersUntil, time);
    this.#heldUntil = Number.NEGATIVE_INFINITY;
    await this.#store
      .batch([
        ['ifPresent', ON_DUTY],
        ['ifClaimed', ON_DUTY, this.#instance, HELD],
        ['delete', ON_DUTY],
      ])
      .catch(() => {});
  }
}
