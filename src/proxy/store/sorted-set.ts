/** The members of a set with their scores, in memory. */
export class SortedSet {
  readonly #scores = new Map<string, number>();
  /** No score is lower than this. So one often knows, without a look at all members, that none is low enough. */
  #least = Number.POSITIVE_INFINITY;
  /** When all of it is forgotten, on the monotonic clock. */
  expires: number;

  constructor(expires: number) {
    this.expires = expires;
  }

  get size(): number {
    return this.#scores.size;
  }

  /** Lowest score first, equal scores by name. */
  get members(): string[] {
    return [...this.#scores].sort(byScore).map(([member]) => member);
  }

  add(member: string, score: number): void {
    this.#scores.set(member, score);
    this.#least = Math.min(this.#least, score);
  }

  delete(member: string): void {
    this.#scores.delete(member);
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  /** Takes those with a score of `highest` or less out, the lowest first, `limit` at most. */
  take(highest: number, limit: number): string[] {
    if (this.#least > highest) return [];
    const lowest = lowestOf(this.#scores, limit + 1);
    const taken = lowest.slice(0, limit).filter(([, score]) => score <= highest);
    // The first that is not taken is the least of those that stay.
    this.#least = lowest[taken.length]?.[1] ?? Number.POSITIVE_INFINITY;
    for (const [member] of taken) this.#scores.delete(member);
    return taken.map(([member]) => member);
  }
}

/**
 * The members with the lowest scores, lowest first.
 *
 * @param most - how many of them. It is few, so all others are looked at once instead of being sorted.
 */
function lowestOf(scores: ReadonlyMap<string, number>, most: number): [string, number][] {
  let lowest: [string, number][] = [];
  for (const entry of scores) {
    const last = lowest.at(-1);
    if (lowest.length === most && last && byScore(entry, last) > 0) continue;
    lowest = [...lowest, entry].sort(byScore).slice(0, most);
  }
  return lowest;
}

/** Lowest score first, equal scores by name. */
function byScore([oneName, one]: [string, number], [otherName, other]: [string, number]): number {
  if (one !== other) return one - other;
  return oneName < otherName ? -1 : 1;
}
