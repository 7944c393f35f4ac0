import { element } from '../elements/element.js';
import { Marks } from './marks.js';
import type { RequestEnd, SentRequest } from './recording-fetch.js';

/** How many requests, states and events stay drawn in one lane. Older ones are only counted. */
const DRAWN = 150;

/** What one player did in one run. Times are milliseconds since the run began. */
export class Lane {
  readonly track = element('div', 'lane');
  /** How many requests left, and how many of them before the connection was open. */
  readonly requests = { all: 0, untilOpen: 0 };
  /** From the moment the service linked the session to the `linked` event, in milliseconds. */
  linkLag: number | undefined;
  readonly #items = element('div', 'items');
  readonly #running = new Set<{ readonly box: HTMLElement; readonly from: number }>();
  #band: { readonly box: HTMLElement; readonly from: number } | undefined;
  #isOpen = false;
  readonly #marks: Marks;

  /** @param perSecond - How wide a second is at present, in pixels. */
  constructor(name: string, perSecond: () => number) {
    this.#marks = new Marks(perSecond);
    this.#items.role = 'group';
    this.#items.ariaLabel = name;
    this.track.append(this.#items);
  }

  /** Starts a bar. What it returns ends it. */
  request(
    { operation, method, path }: SentRequest,
    from: number,
  ): (end: RequestEnd, to: number) => void {
    this.requests.all += 1;
    // A guest's login does not belong to the session, and happens only once.
    if (!this.#isOpen && operation !== 'guest') this.requests.untilOpen += 1;
    const box = this.#add('bar running', from, operation);
    const what = `${operation} (${method} ${path}), at ${seconds(from)}`;
    box.ariaLabel = `${what}, waiting for the answer`;
    const running = { box, from };
    this.#running.add(running);
    return (end, to) => {
      const { status, heldFor, failure } = end;
      this.#running.delete(running);
      this.#stretch(running, to);
      box.className = `bar ${kindOf(operation, end)}`;
      const held = heldFor === undefined ? '' : `, held by the proxy for up to ${heldFor} s`;
      box.ariaLabel = `${what}: ${failure ?? status} after ${seconds(to - from)}${held}`;
    };
  }

  /** Starts a band; it ends where the next one starts. */
  state(name: string, at: number): void {
    this.#isOpen ||= name === 'open';
    this.#endBand(at);
    const box = this.#add('band', at, name);
    box.dataset['state'] = name;
    box.ariaLabel = `state ${name} since ${seconds(at)}`;
    this.#band = isOver(name) ? undefined : { box, from: at };
    if (isOver(name)) box.style.setProperty('--length', '0.8');
  }

  /** Marks an event. */
  event(name: string, detail: string, at: number): void {
    const box = this.#add(`mark ${name}`, at, name);
    box.ariaLabel = `${name} at ${seconds(at)}: ${detail}`;
    // `session` comes with nearly every other event and says less, so its name makes room for theirs.
    if (name === 'session') box.classList.add('bare');
    else this.#marks.add(box, at / 1_000, name === 'retrying');
  }

  /** Finds room for the names anew, after a second has become wider or narrower. */
  zoomed(): void {
    this.#marks.placeAll();
  }

  /** Makes everything longer that still goes on. */
  tick(now: number): void {
    for (const running of this.#running) this.#stretch(running, now);
    if (this.#band) this.#stretch(this.#band, now);
  }

  #endBand(at: number): void {
    if (!this.#band) return;
    const { box, from } = this.#band;
    this.#stretch(this.#band, at);
    box.ariaLabel = `state ${box.textContent} from ${seconds(from)} to ${seconds(at)}, for ${seconds(at - from)}`;
  }

  #add(className: string, at: number, text: string): HTMLButtonElement {
    const box = element('button', className, element('span', '', text));
    box.type = 'button';
    box.tabIndex = this.#items.childElementCount === 0 ? 0 : -1;
    place(box, at);
    this.#items.append(box);
    prune(this.#items, `.${className.split(' ')[0]}`);
    if (!this.#items.querySelector('[tabindex="0"]')) {
      (this.#items.firstElementChild as HTMLElement).tabIndex = 0;
    }
    return box;
  }

  #stretch({ box, from }: { readonly box: HTMLElement; readonly from: number }, to: number): void {
    box.style.setProperty('--length', ((to - from) / 1_000).toFixed(3));
  }
}

function kindOf(operation: string, { status = 0, heldFor, failure }: RequestEnd): string {
  if (failure === 'ended by the page') return 'ended';
  if (failure || status >= 400) return 'failed';
  if (operation !== 'get') return 'write';
  return heldFor === undefined ? 'short' : 'held';
}

function place(box: HTMLElement, at: number): void {
  box.style.setProperty('--from', (at / 1_000).toFixed(3));
}

function prune(parent: HTMLElement, selector: string): void {
  const all = parent.querySelectorAll(selector);
  if (all.length > DRAWN) all[0]?.remove();
}

function isOver(state: string): boolean {
  return state === 'closed' || state === 'failed';
}

/** A time or a duration for people. */
export function seconds(milliseconds: number): string {
  return milliseconds < 1_000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1_000).toFixed(2)} s`;
}
