import type { Clock } from '../common/clock.js';
import { say } from './say.js';

/** How often a line is written where nobody can watch it change, in milliseconds. */
const EVERY = 5_000;

/** Tells on standard error how far long work is: in one line that changes, or in a log in a new line now and then. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #clock: Clock;
  #toldAt: number;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    this.#toldAt = clock.monotonic();
  }

  show(text: string): void {
    if (this.#stream.isTTY) {
      say(this.#stream, `\r\x1b[K${text}`);
      this.#isShown = true;
    } else if (this.#clock.monotonic() - this.#toldAt >= EVERY) {
      this.tell(text);
    }
  }

  /** Says something that must not get lost, in a line of its own. */
  tell(text: string): void {
    this.clear();
    this.#toldAt = this.#clock.monotonic();
    say(this.#stream, `${text}\n`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) say(this.#stream, '\r\x1b[K');
    this.#isShown = false;
  }
}
