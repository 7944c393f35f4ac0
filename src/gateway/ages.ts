import { AGE_BOUNDS } from './gateway-metrics.js';

/** Counts datagrams by how late they came. */
export class Ages {
  readonly #counts = Array.from({ length: AGE_BOUNDS.length + 1 }, () => 0);

  /** @param lateness - in milliseconds. */
  add(lateness: number): void {
    let index = 0;
    while (index < AGE_BOUNDS.length && lateness > (AGE_BOUNDS[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** One count for each bound, and one for what is beyond. */
  read(): readonly number[] {
    return [...this.#counts];
  }
}
