import { element, find } from './element.js';

const SHOWN = 200;

/** Every event as one line, the newest at the end. */
export class EventLog {
  readonly #box: HTMLElement;
  readonly #list: HTMLElement;
  readonly #since = performance.now();

  constructor(root: HTMLElement, player: string) {
    this.#box = find('.log', root);
    this.#box.ariaLabel = `Events of the ${player.toLowerCase()}`;
    this.#list = find('.events', root);
  }

  add(name: string, detail: string): void {
    const time = `${((performance.now() - this.#since) / 1_000).toFixed(2)} s`;
    this.#list.append(
      element(
        'li',
        name,
        element('time', '', time),
        element('strong', '', name),
        element('span', '', detail),
      ),
    );
    while (this.#list.childElementCount > SHOWN) this.#list.firstElementChild?.remove();
    this.#box.scrollTop = this.#box.scrollHeight;
  }
}
