import type { RelayError } from 'relais';
import { ADVICE } from './advice.js';
import { element, find } from './element.js';

/** The latest error: its code, what happened, and what to do. Its room is always kept. */
export class Trouble {
  readonly #box: HTMLElement;

  constructor(root: HTMLElement) {
    this.#box = find('.trouble', root);
  }

  /** A fatal error, or one that passes. */
  show({ code, message }: RelayError, passes = false): void {
    this.#box.dataset['kind'] = passes ? 'passing' : 'fatal';
    this.#box.replaceChildren(
      element('p', '', element('code', '', code), passes ? ' passing, trying again' : ''),
      element('p', 'message', message),
      element('p', 'advice', ADVICE[code]),
    );
  }

  /** A request got through again. */
  recovered(): void {
    if (this.#box.dataset['kind'] === 'passing') this.clear();
  }

  clear(): void {
    delete this.#box.dataset['kind'];
    this.#box.replaceChildren();
  }
}
