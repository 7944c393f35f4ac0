import { element } from '../elements/element.js';
import type { RangeText } from './lever-texts.js';

/** A lever that is set: a range with its name and its value in words. */
export class LeverRange {
  readonly element = element('label', 'range');
  readonly #text: RangeText;
  readonly #input = element('input', '');
  readonly #value = element('span', 'value');
  /** What the server said last. */
  #known = 0;

  /** @param onSet - gets the value in the lever's own measure. */
  constructor(id: string, text: RangeText, onSet: (value: number) => void) {
    const input = this.#input;
    this.#text = text;
    Object.assign(input, { id, type: 'range', max: text.max, step: text.step, value: '0' });
    this.element.htmlFor = id;
    this.element.append(element('span', '', text.name, ' ', this.#value), input);
    input.addEventListener('input', () => this.#show());
    input.addEventListener('change', () => onSet(input.valueAsNumber * text.unit));
    this.#show();
  }

  /** Takes what the server says. While that stays the same, somebody may be moving the range. */
  take(value: number): void {
    if (value === this.#known) return;
    this.#known = value;
    this.#input.value = String(Math.round(value / this.#text.unit));
    this.#show();
  }

  #show(): void {
    const text = this.#text.text(this.#input.valueAsNumber);
    this.#value.textContent = text;
    this.#input.ariaValueText = text;
  }
}
