/** Something that waits for a turn. */
export interface Waiting {
  /** On whose behalf it waits. */
  readonly asker: string;
}

/** A queue in which askers take turns, however much each of them has waiting. */
export class FairQueue<TWaiting extends Waiting> {
  /** What each asker has waiting. The first asker in the map is the next to be served. */
  readonly #lines = new Map<string, TWaiting[]>();
  #size = 0;

  /** How much waits. */
  get size(): number {
    return this.#size;
  }

  add(waiting: TWaiting): void {
    const line = this.#lines.get(waiting.asker);
    if (line) line.push(waiting);
    else this.#lines.set(waiting.asker, [waiting]);
    this.#size += 1;
  }

  /** Takes something out, if it is there. */
  delete(waiting: TWaiting): void {
    const line = this.#lines.get(waiting.asker);
    const place = line?.indexOf(waiting) ?? -1;
    if (!line || place < 0) return;
    line.splice(place, 1);
    this.#size -= 1;
    if (line.length === 0) this.#lines.delete(waiting.asker);
  }

  /** Takes out what is next. */
  take(): TWaiting | undefined {
    for (const [waiting] of this.#lines.values()) {
      if (waiting) this.delete(waiting);
      return waiting;
    }
    return undefined;
  }

  /** Puts an asker who has had a turn, here or elsewhere, behind all others. */
  defer(asker: string): void {
    const line = this.#lines.get(asker);
    if (!line) return;
    this.#lines.delete(asker);
    this.#lines.set(asker, line);
  }

  /** How much of what waits comes before the next thing that this asker would add: at most so much. */
  before(asker: string): number {
    const own = this.#lines.get(asker)?.length ?? 0;
    let before = 0;
    for (const { length } of this.#lines.values()) before += Math.min(length, own + 1);
    return before;
  }

  /** All that waits, in the order of its turns. */
  inOrder(): TWaiting[] {
    const ordered: TWaiting[] = [];
    let lines = [...this.#lines.values()];
    for (let round = 0; lines.length > 0; round += 1) {
      for (const { [round]: waiting } of lines) if (waiting) ordered.push(waiting);
      lines = lines.filter(({ length }) => length > round + 1);
    }
    return ordered;
  }

  /** All that waits. */
  *[Symbol.iterator](): Generator<TWaiting> {
    for (const line of [...this.#lines.values()]) yield* [...line];
  }
}
