import { write } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Writes some bytes, and resolves to how many of them were taken. Rejects where none were: with `EAGAIN` where the
 * reader is slow.
 */
export type Write = (bytes: Uint8Array) => Promise<number>;

/** How long a line may wait for others, and a slow reader for the next try, in milliseconds. */
const DELAY = 100;
/** How much text may wait for a slow reader, in characters. */
const MOST = 8 * 1024 * 1024;
const NEWLINE = 10;

/**
 * Writes one JSON line per entry, many at once, so that logging costs little. Lines that cannot be written, because
 * there is no reader or the disk is full, are dropped and counted. Once there is room again, a line says how many.
 */
export class LogLines {
  readonly #write: Write;
  #lines = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #dropped = 0;
  #told = 0;
  /** Whether the last line that was written lacks its end. */
  #isTorn = false;

  constructor(write: Write) {
    this.#write = write;
  }

  /** How many lines were dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  add(entry: object): void {
    const line = lineOf(entry);
    if (this.#lines.length + line.length > MOST) this.#dropped += 1;
    else this.#lines += line;
    this.#flushLater();
  }

  /** Writes what has gathered. Resolves once it is written or dropped; with a reader that is stuck, never. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#lines !== '') this.#flushLater();
    });
    return this.#writing;
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => void this.flush(), DELAY).unref();
  }

  async #writeAll(): Promise<void> {
    let isOpen = true;
    while (isOpen && this.#lines !== '') {
      const lines = Buffer.from(this.#lines);
      this.#lines = '';
      const rest = (await this.#tellOfDropped()) ? await this.#put(lines) : lines;
      this.#dropped += rest.filter((byte) => byte === NEWLINE).length;
      isOpen = rest.length === 0;
    }
  }

  /** @returns whether there is room for more. */
  async #tellOfDropped(): Promise<boolean> {
    const untold = this.#dropped - this.#told;
    if (untold === 0) return true;
    const notice = lineOf({ event: 'log', at: new Date().toISOString(), dropped: untold });
    const rest = await this.#put(Buffer.from(this.#isTorn ? `\n${notice}` : notice));
    if (rest.length > 0) return false;
    this.#told += untold;
    return true;
  }

  /** @returns what could not be written. */
  async #put(bytes: Uint8Array): Promise<Uint8Array> {
    let done = 0;
    while (done < bytes.length) {
      try {
        done += await this.#write(bytes.subarray(done));
        this.#isTorn = bytes[done - 1] !== NEWLINE;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') break;
        await new Promise((resolve) => setTimeout(resolve, DELAY).unref());
      }
    }
    return bytes.subarray(done);
  }
}

const lineOf = (entry: object) => `${JSON.stringify(entry)}\n`;

/**
 * Writes to the file or pipe behind a stream of the process, and not through the stream: that takes nothing more once
 * it has failed or its file was full.
 */
export function writeTo({ fd }: NodeJS.WriteStream & { readonly fd: number }): Write {
  return async (bytes) => (await promisify(write)(fd, bytes)).bytesWritten;
}
