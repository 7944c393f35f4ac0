import type { Clock } from './clock.js';

/** One turn of the wheel, in milliseconds: how often each member is called. */
export const WHEEL_TURN = 250;

/** How many slots the members are spread over. */
const SLOTS = 25;
const SLOT_TIME = WHEEL_TURN / SLOTS;

/** Something that has to look at the time again and again. */
export interface WheelMember {
  /**
   * Called every {@link WHEEL_TURN} milliseconds. Must not throw.
   *
   * @param now - the clock's monotonic time.
   */
  turn(now: number): void;
}

/**
 * Calls each member four times a second, from one timer: with ten thousand connections, a timer for each costs more
 * than what it is there for. Members are spread over the turn, so that they do not all want the processor at once.
 */
export class Wheel {
  readonly #clock: Clock;
  readonly #slots: Set<WheelMember>[] = Array.from({ length: SLOTS }, () => new Set());
  #next = 0;
  #size = 0;
  #timer: unknown;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `member` from now on. Returns what ends that; to call it twice does no harm. */
  add(member: WheelMember): () => void {
    const slot = this.#emptiest();
    slot.add(member);
    this.#size += 1;
    this.#timer ??= this.#clock.setTimeout(this.#advance, SLOT_TIME);
    return () => {
      if (slot.delete(member)) this.#size -= 1;
    };
  }

  readonly #advance = (): void => {
    this.#timer = this.#size > 0 ? this.#clock.setTimeout(this.#advance, SLOT_TIME) : undefined;
    const now = this.#clock.monotonic();
    for (const member of this.#slots[this.#next] ?? []) member.turn(now);
    this.#next = (this.#next + 1) % SLOTS;
  };

  #emptiest(): Set<WheelMember> {
    return this.#slots.reduce((least, slot) => (slot.size < least.size ? slot : least));
  }
}

const wheels = new WeakMap<Clock, Wheel>();

/** The wheel that all who go by this clock share. */
export function wheelOf(clock: Clock): Wheel {
  let wheel = wheels.get(clock);
  if (!wheel) {
    wheel = new Wheel(clock);
    wheels.set(clock, wheel);
  }
  return wheel;
}
