import type { Input } from './bodies.js';

/** A way to steer: the left hand's keys, the right hand's, or all. */
export type Hand = 'left' | 'right' | 'both';

type Direction = readonly [x: number, y: number];

const LETTERS: Readonly<Record<string, Direction>> = {
  KeyW: [0, -1],
  KeyA: [-1, 0],
  KeyS: [0, 1],
  KeyD: [1, 0],
};
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowRight: [1, 0],
};
const KEYS: Readonly<Record<Hand, Readonly<Record<string, Direction>>>> = {
  left: LETTERS,
  right: ARROWS,
  both: { ...LETTERS, ...ARROWS },
};
const DASH: Readonly<Record<Hand, readonly string[]>> = {
  left: ['Space'],
  right: ['Enter'],
  both: ['Space', 'Enter'],
};
/** How long a dash is wanted after its key was pressed, in milliseconds: not all datagrams that say so get lost. */
const INSISTS = 150;
/** How far a finger is moved for full speed, in pixels. */
const REACH = 40;

/** What keys, fingers and the mouse say, while the arena has the focus. */
export class Steering {
  readonly #held = new Set<string>();
  /** When each key for dashing was pressed last; `touch` for a finger. */
  readonly #dashedAt = new Map<string, number>();
  #stick: { id: number; x: number; y: number; toX: number; toY: number } | undefined;

  constructor(arena: HTMLElement) {
    arena.addEventListener('keydown', (event) => this.#press(event));
    arena.addEventListener('keyup', ({ code }) => this.#held.delete(code));
    arena.addEventListener('blur', () => this.#held.clear());
    arena.addEventListener('pointerdown', (event) => this.#touch(event));
    arena.addEventListener('pointermove', ({ pointerId, offsetX, offsetY }) => {
      if (this.#stick?.id === pointerId) Object.assign(this.#stick, { toX: offsetX, toY: offsetY });
    });
    for (const end of ['pointerup', 'pointercancel'] as const)
      arena.addEventListener(end, ({ pointerId }) => {
        if (this.#stick?.id === pointerId) this.#stick = undefined;
      });
  }

  /** Where a finger steers: from there to here, in pixels of the arena. */
  get stick(): Readonly<{ x: number; y: number; toX: number; toY: number }> | undefined {
    return this.#stick;
  }

  /** What one hand wants; a finger steers for `isTouched`. */
  read(hand: Hand, isTouched: boolean): Input {
    const now = performance.now();
    const dash = DASH[hand].some((key) => this.#wantsDash(key, now));
    const stick = isTouched ? this.#stick : undefined;
    if (stick) {
      const x = (stick.toX - stick.x) / REACH;
      const y = (stick.toY - stick.y) / REACH;
      const length = Math.max(1, Math.hypot(x, y));
      return { x: x / length, y: y / length, dash: dash || this.#wantsDash('touch', now) };
    }
    const directions = Object.entries(KEYS[hand]).filter(([code]) => this.#held.has(code));
    const x = directions.reduce((sum, [, direction]) => sum + direction[0], 0);
    const y = directions.reduce((sum, [, direction]) => sum + direction[1], 0);
    const length = Math.max(1, Math.hypot(x, y));
    return {
      x: x / length,
      y: y / length,
      dash: dash || (isTouched && this.#wantsDash('touch', now)),
    };
  }

  /** A button for dashing was pressed. */
  dash(): void {
    this.#dashedAt.set('touch', performance.now());
  }

  #wantsDash(key: string, now: number): boolean {
    return this.#held.has(key) || now - (this.#dashedAt.get(key) ?? -INSISTS) < INSISTS;
  }

  #press(event: KeyboardEvent): void {
    const { code, target, currentTarget } = event;
    // Not where a button in the arena has the focus, nor with a key that is the browser's.
    if (target !== currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const dashes = DASH.both.includes(code);
    if (!dashes && !(code in KEYS.both)) return;
    event.preventDefault();
    if (dashes && !event.repeat) this.#dashedAt.set(code, performance.now());
    this.#held.add(code);
  }

  #touch(event: PointerEvent): void {
    const arena = event.currentTarget as HTMLElement;
    if (event.target instanceof HTMLButtonElement) return;
    // A second finger.
    if (this.#stick) {
      this.dash();
      return;
    }
    const { pointerId: id, offsetX: x, offsetY: y } = event;
    arena.setPointerCapture(id);
    this.#stick = { id, x, y, toX: x, toY: y };
  }
}
