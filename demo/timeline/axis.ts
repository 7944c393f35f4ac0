import { element } from '../elements/element.js';

/** The room that is kept free on the right for the name of what happens now. In pixels. */
const ROOM = 64;

/** The time axis: how many seconds there are, how many are in view, and their numbers. */
export class Axis {
  readonly #tracks: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #element = element('div', 'axis');
  readonly #ticks = new Map<number, HTMLElement>();
  #length = 0;
  #window = 12;

  constructor(tracks: HTMLElement, scroller: HTMLElement) {
    this.#tracks = tracks;
    this.#scroller = scroller;
    this.#element.ariaHidden = 'true';
    scroller.append(this.#element);
  }

  /** In seconds. */
  get length(): number {
    return this.#length;
  }

  set length(length: number) {
    this.#length = length;
    this.#layOut();
  }

  /** How many seconds are in view. */
  get window(): number {
    return this.#window;
  }

  set window(window: number) {
    this.#window = window;
    for (const tick of this.#ticks.values()) tick.remove();
    this.#ticks.clear();
    this.#layOut();
  }

  /** How wide a second is at present, in pixels. */
  get perSecond(): number {
    return this.#scroller.clientWidth / this.#window;
  }

  /** How far to scroll so that `second` is the last in view with room for a name. */
  positionOf(second: number): number {
    return Math.max(0, (second - this.#window) * this.perSecond + ROOM);
  }

  /** Draws the numbers in view. Those out of view are not on the page, so that a long run does not fill it. */
  drawTicks(): void {
    const { perSecond } = this;
    const step = [1, 2, 5, 10, 20, 60].find((step) => step * perSecond >= 36) ?? 60;
    this.#tracks.style.setProperty('--grid', String(step));
    const first = Math.floor(this.#scroller.scrollLeft / perSecond / step) * step;
    const last = first + this.#window + step;
    for (const [second, tick] of this.#ticks) {
      if (second >= first && second <= last) continue;
      tick.remove();
      this.#ticks.delete(second);
    }
    for (let second = first; second <= last; second += step) {
      if (this.#ticks.has(second)) continue;
      const tick = element('span', 'tick', String(second));
      tick.style.setProperty('--from', String(second));
      this.#element.append(tick);
      this.#ticks.set(second, tick);
    }
  }

  #layOut(): void {
    this.#scroller.style.setProperty('--window', String(this.#window));
    const room = ROOM / (this.perSecond || ROOM);
    const length = Math.max(this.#window, this.#length + room);
    for (const part of [this.#tracks, this.#element])
      part.style.setProperty('--all', length.toFixed(3));
    this.drawTicks();
  }
}
