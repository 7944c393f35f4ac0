import { breakable } from '../elements/breakable-text.js';
import { element, find } from '../elements/element.js';

const SHOWN = 200;

/** Every event with its details, the newest at the end. */
export class EventLog {
  readonly #box: HTMLElement;
  readonly #list: HTMLElement;
  readonly #gist: HTMLElement;
  readonly #since = performance.now();

  constructor(root: HTMLElement, player: string) {
    this.#box = find('.log', root);
    this.#box.ariaLabel = `Events of the ${player.toLowerCase()}`;
    this.#list = find('.events', root);
    this.#gist = find('details:has(.log) .gist', root);
    // Folded, it has no height; and a narrower one breaks its lines elsewhere.
    new ResizeObserver(() => this.#showNewest()).observe(this.#box);
  }

  add(name: string, detail: string): void {
    const time = `${((performance.now() - this.#since) / 1_000).toFixed(2)} s`;
    this.#list.append(
      element(
        'li',
        name,
        element('time', '', time),
        element('strong', '', name),
        element('span', '', ...breakable(detail)),
      ),
    );
    while (this.#list.childElementCount > SHOWN) this.#list.firstElementChild?.remove();
    this.#gist.textContent = name;
    this.#showNewest();
  }

  /** Scrolls to the end, and as far beyond as it takes for a whole event to be the first in view. */
  #showNewest(): void {
    const { clientHeight } = this.#box;
    const end = (this.#list.lastElementChild as HTMLElement | null)?.offsetTop ?? 0;
    const height = this.#list.lastElementChild?.clientHeight ?? 0;
    const entries = [...this.#list.children] as HTMLElement[];
    const first = entries.find(({ offsetTop }) => offsetTop + clientHeight >= end + height);
    const top = first?.offsetTop ?? 0;
    this.#list.style.minHeight = top > 0 ? `${top + clientHeight}px` : '';
    this.#box.scrollTop = top;
  }
}
