import type { ConnectionState, RelayError } from 'relais';
import { element, find } from '../elements/element.js';
import { ADVICE } from './error-advice.js';

/** What happens, and what to do next, while there is no error. */
const NOTES: Readonly<Record<ConnectionState, string>> = {
  idle: '',
  requesting: 'Asking the proxy for a session.',
  waiting: 'The session is there; its relay is on the way.',
  open: 'The relay is there: the game’s datagrams go through it.',
  closed: 'The match is over. Another one can begin.',
  failed: 'That did not work. Try again.',
};

/**
 * What is going on: a note, or the latest error with its code, what happened and what to do. Its room on the page is
 * always kept, so that nothing moves.
 */
export class Trouble {
  readonly #box: HTMLElement;
  readonly #note: HTMLElement;
  readonly #idle: string;

  /** @param idle - What to do to begin. */
  constructor(root: HTMLElement, idle: string) {
    this.#box = find('.trouble', root);
    this.#note = find('.note', root);
    this.#idle = idle;
    this.note('idle');
  }

  /** Tells what a state means, where no error is in the way. */
  note(state: ConnectionState): void {
    this.#note.textContent = NOTES[state] || this.#idle;
  }

  /** A fatal error, or one that passes. */
  show({ code, message }: RelayError, passes = false): void {
    this.#box.dataset['kind'] = passes ? 'passing' : 'fatal';
    // So that people without a mouse can scroll it with the keyboard. When it is empty, the Tab key skips it.
    this.#box.tabIndex = 0;
    this.#box.replaceChildren(
      element('p', '', element('code', '', code), passes ? ' passing, trying again' : '', ' '),
      element('p', 'message', firstSentence(message)),
      element('p', 'advice', ADVICE[code]),
    );
  }

  /** A request got through again. */
  recovered(): void {
    if (this.#box.dataset['kind'] === 'passing') this.clear();
  }

  clear(): void {
    delete this.#box.dataset['kind'];
    this.#box.removeAttribute('tabindex');
    this.#box.replaceChildren();
  }
}

/**
 * The first sentence of a message, which says what happened. The rest says what to do, as the advice does; the events
 * have all of it.
 */
function firstSentence(message: string): string {
  return message.split(/(?<=\.)\s/)[0] ?? '';
}
