/** Something that waits for a turn. */
export interface Waiting {
  /** On whose behalf it waits. */
  readonly asker: string;
  /** Whether it goes before the other things that its asker has waiting. */
  readonly isFirst: boolean;
}

/** A queue in which askers take turns, however much each of them has waiting. */
export class FairQueue<TWaiting extends Waiting> {
  /** What each asker has waiting. The first asker in the map is the next to be served. */
  readonly #lines = new Map<string, TWaiting[]>();

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  /** Who has something waiting, in the order in which their turns come. */
  get askers(): string[] {
    return [...this.#lines.keys()];
  }

  has(asker: string): boolean {
    return this.#lines.has(asker);
  }

  add(waiting: TWaiting): void {
    const line = this.#lines.get(waiting.asker);
    if (!line) this.#lines.set(waiting.asker, [waiting]);
    else if (waiting.isFirst) line.splice(countFirst(line), 0, waiting);
    else line.push(waiting);
  }

  /** Takes something out, if it is there. */
  delete(waiting: TWaiting): void {
    const line = this.#lines.get(waiting.asker);
    if (!line) return;
    const place = line.indexOf(waiting);
    if (place >= 0) line.splice(place, 1);
    if (line.length === 0) this.#lines.delete(waiting.asker);
  }

  /** Takes out what is next: the first that is wanted of the first asker who has such a thing waiting. */
  take(isWanted: (waiting: TWaiting) => boolean = () => true): TWaiting | undefined {
    for (const line of this.#lines.values()) {
      const waiting = line.find(isWanted);
      if (!waiting) continue;
      this.delete(waiting);
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

  /** All that waits. */
  *[Symbol.iterator](): Generator<TWaiting> {
    for (const line of [...this.#lines.values()]) yield* [...line];
  }
}

/** How many in a line go before the others. They stand at its head. */
const countFirst = (line: readonly Waiting[]) => line.filter(({ isFirst }) => isFirst).length;
