/** How many names fit below one another. */
const LEVELS = 3;

interface Mark {
  readonly box: HTMLElement;
  /** In seconds. */
  readonly at: number;
  /** In pixels. */
  readonly width: number;
  readonly repeats: boolean;
}

/**
 * Finds room for the events' names. Each goes on the highest level that is free where it begins. If none is free, only
 * a line is drawn, which shows its details like all others.
 */
export class Marks {
  readonly #perSecond: () => number;
  readonly #ends: number[] = [];
  #marks: Mark[] = [];

  /** @param perSecond - How wide a second is at present, in pixels. */
  constructor(perSecond: () => number) {
    this.#perSecond = perSecond;
  }

  /** Takes an event that is later than all others. One that `repeats` leaves the highest level to the others. */
  add(box: HTMLElement, at: number, repeats: boolean): void {
    const mark = { box, at, width: box.offsetWidth, repeats };
    this.#marks = this.#marks.filter(({ box }) => box.isConnected);
    this.#marks.push(mark);
    this.#place(mark);
  }

  /** Finds room anew, after a second has become wider or narrower. */
  placeAll(): void {
    this.#ends.length = 0;
    for (const mark of this.#marks) this.#place(mark);
  }

  #place({ box, at, width, repeats }: Mark): void {
    const from = at * this.#perSecond();
    let level = repeats ? 1 : 0;
    while (level < LEVELS && (this.#ends[level] ?? from) > from) level += 1;
    const isBare = level === LEVELS;
    box.classList.toggle('bare', isBare);
    box.style.setProperty('--level', isBare ? '' : String(level));
    if (!isBare) this.#ends[level] = from + width;
  }
}
