/** What waits for a turn. */
export interface Waiting {
  /** On whose behalf: those who wait are served in turn, whoever of them has more waiting. */
  readonly asker: string;
  /** Whether it goes before what else its asker has waiting. */
  readonly isFirst: boolean;
}

/** A queue that is shared out: each asker has one turn, and then all others who wait have theirs. */
export class FairQueue<TWaiting extends Waiting> {
  /** What each asker has waiting. The first in the map is the next to be served. */
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
    else if (waiting.isFirst) line.splice(firsts(line), 0, waiting);
    else line.push(waiting);
  }

  /** Takes it out, if it is there. */
  delete(waiting: TWaiting): void {
    const line = this.#lines.get(waiting.asker);
    const place = line?.indexOf(waiting) ?? -1;
    if (place >= 0) line?.splice(place, 1);
    if (line?.length === 0) this.#lines.delete(waiting.asker);
  }

  /** Takes out what is next: of the first asker who has something that is wanted. */
  take(isWanted: (waiting: TWaiting) => boolean = () => true): TWaiting | undefined {
    for (const line of this.#lines.values()) {
      const waiting = line.find(isWanted);
      if (!waiting) continue;
      this.delete(waiting);
      return waiting;
    }
    return undefined;
  }

  /** An asker has had a turn, here or elsewhere: all others go before them now. */
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

/** How many at the head of a line go before the others. */
function firsts(line: readonly Waiting[]): number {
  const place = line.findIndex(({ isFirst }) => !isFirst);
  return place < 0 ? line.length : place;
}
