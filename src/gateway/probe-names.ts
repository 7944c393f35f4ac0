import { MOST_UNANSWERED } from '../channel-protocol/send-window.js';
import type { Clock } from '../common/clock.js';

/** How many names there are for each probe. */
const NAMES = 2 ** 20;

/**
 * What a wire's probes are called on their way to the page. Their own numbers could be guessed, and a page that reads
 * nothing would answer them all the same. So each gets a name by chance, and the answer to one that is not on its way,
 * because it was never sent or is answered already, is no answer.
 */
export class ProbeNames {
  readonly #clock: Clock;
  /** The ids of the probes that are on their way, by name, the oldest first. */
  readonly #ids = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names a probe. */
  give(id: number): number {
    const name = id * NAMES + Math.floor(this.#clock.random() * NAMES);
    this.#ids.set(name, id);
    if (this.#ids.size > MOST_UNANSWERED) this.#forgetSecond();
    return name;
  }

  /** The id of the probe with this name, if it is on its way. It is answered then, and so are those before it. */
  take(name: number): number | undefined {
    const id = this.#ids.get(name);
    if (id === undefined) return undefined;
    for (const older of this.#ids.keys()) {
      this.#ids.delete(older);
      if (older === name) break;
    }
    return id;
  }

  /** Forgets the probe that the send window has forgotten, too: the oldest but one. */
  #forgetSecond(): void {
    const [, second] = this.#ids.keys();
    if (second !== undefined) this.#ids.delete(second);
  }
}
