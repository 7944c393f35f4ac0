import type { Writable } from 'node:stream';

/** How long a line may wait for others, in milliseconds. */
const DELAY = 100;

/** Writes one JSON line per entry, many at once, so that logging costs little. */
export class LogLines {
  readonly #stream: Writable;
  #lines = '';

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  add(entry: object): void {
    if (this.#lines === '') setTimeout(() => this.flush(), DELAY).unref();
    this.#lines += `${JSON.stringify(entry)}\n`;
  }

  /** Writes what has gathered. */
  flush(): void {
    if (this.#lines !== '') this.#stream.write(this.#lines);
    this.#lines = '';
  }
}
