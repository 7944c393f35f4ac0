import type { Clock } from '../../common/clock.js';
import type { RelayCounters } from '../stats.js';
import { type NetworkConditions, PERFECT_NETWORK } from './network-conditions.js';

/** What the network is simulated with. */
export interface NetworkOptions {
  readonly clock: Clock;
  /** Where the lost datagrams are counted. */
  readonly lost: RelayCounters['lost'];
  /**
   * Makes a source of randomness for one path. Each path has one of its own, so that what is lost on one does not
   * depend on the others.
   */
  readonly newRandom: () => () => number;
}

/** The network between the relays and their peers: it loses and delays datagrams, as its conditions say. */
export class Network {
  readonly #options: NetworkOptions;
  /** What it is like for datagrams that set out from now on. */
  conditions: NetworkConditions = PERFECT_NETWORK;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** The way to one port of a relay, or from it. Whoever opens it closes it. */
  openPath(direction: keyof RelayCounters['lost']): NetworkPath {
    const { clock, lost, newRandom } = this.#options;
    const random = newRandom();
    const loseOne = () => {
      lost[direction] += 1;
    };
    return new NetworkPath(() => this.conditions, clock, random, loseOne);
  }
}

/** One direction between a port of a relay and its peers. */
export class NetworkPath {
  readonly #conditions: () => NetworkConditions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #loseOne: () => void;
  /** Those of the datagrams that are on their way. */
  readonly #timers = new Set<unknown>();

  constructor(
    conditions: () => NetworkConditions,
    clock: Clock,
    random: () => number,
    loseOne: () => void,
  ) {
    this.#conditions = conditions;
    this.#clock = clock;
    this.#random = random;
    this.#loseOne = loseOne;
  }

  /** Lets one datagram set out. Calls `arrive` when it is there: at once where the network takes no time; or never. */
  carry(arrive: () => void): void {
    const { loss, latency, jitter } = this.#conditions();
    if (loss === 0 && latency === 0 && jitter === 0) {
      arrive();
      return;
    }
    // Both are drawn for every datagram, so that another latency or jitter does not change which ones are lost.
    const isLost = this.#random() < loss;
    const delay = latency + this.#random() * jitter;
    if (isLost) this.#loseOne();
    else if (delay === 0) arrive();
    else this.#arriveLater(arrive, delay);
  }

  /** Ends the path. What is on its way is lost. */
  close(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }

  #arriveLater(arrive: () => void, delay: number): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      arrive();
    }, delay);
    this.#timers.add(timer);
  }
}
