/**
 * Fires events one after the other, and says what is guaranteed of their order:
 *
 * - Events that are added together fire in that order, with no others between them.
 * - What a listener brings about while it hears of an event is told after all that was added before. So all listeners
 *   have heard of the first when any hears of the second.
 * - The end voids what has not been told yet, but for earlier ends. After it nothing fires until more is added.
 */
export class EventQueue<TEvent> {
  readonly #fire: (event: TEvent) => void;
  #waiting: { readonly event: TEvent; readonly isOfEnd: boolean }[] = [];
  #isFiring = false;

  /** @param fire - Calls the listeners of an event. It must not throw. */
  constructor(fire: (event: TEvent) => void) {
    this.#fire = fire;
  }

  /** Fires events, unless an end comes before. */
  add(events: readonly TEvent[]): void {
    this.#append(events, false);
  }

  /** Fires the events of an end instead of all that was still to be told. */
  end(events: readonly TEvent[]): void {
    this.#waiting = this.#waiting.filter(({ isOfEnd }) => isOfEnd);
    this.#append(events, true);
  }

  #append(events: readonly TEvent[], isOfEnd: boolean): void {
    for (const event of events) this.#waiting.push({ event, isOfEnd });
    // Who fires already sees to these, too.
    if (this.#isFiring) return;
    this.#isFiring = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#fire(next.event);
    }
    this.#isFiring = false;
  }
}
