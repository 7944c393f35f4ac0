import type { RelayConnection } from 'relais';
import { element, find } from '../elements/element.js';
import type { Lost } from '../network/drops.js';
import type { LeverPull, StrikingLever, ValueLever } from '../server/lever-pull.js';
import type { LeverState } from '../server/lever-state.js';
import type { Timeline } from '../timeline/timeline.js';
import { LeverRange } from './lever-range.js';
import { pullLever, readLevers } from './lever-service.js';
import { BUTTONS, type LeverPlace, RANGES } from './lever-texts.js';

/** How often the page asks what is still armed, while something is, in milliseconds. */
const LOOK = 500;

/** What the levers work with. */
export interface LeverOptions {
  /** Whose session they strike. */
  readonly host: RelayConnection;
  readonly timeline: Timeline;
  /** At the start, in milliseconds. */
  readonly linkDelay: number;
  /** Gets what the simulated network has lost, again and again while it loses some. */
  readonly onLost: (lost: Lost) => void;
}

/** The levers of the simulator. Those that are armed are shown as such, after a reload, too. */
export class Levers {
  readonly #options: LeverOptions;
  readonly #buttons = new Map<StrikingLever, HTMLButtonElement>();
  readonly #ranges = new Map<ValueLever, LeverRange>();
  #isLooking = false;

  constructor(options: LeverOptions) {
    this.#options = options;
    for (const lever of Object.keys(RANGES) as ValueLever[]) this.#addRange(lever);
    for (const lever of Object.keys(BUTTONS) as StrikingLever[]) this.#addButton(lever);
    this.#ranges.get('link-delay')?.take(options.linkDelay);
    for (const part of Object.values(PARTS)) part().hidden = false;
    // On a narrow page they are folded, one tap away.
    find<HTMLDetailsElement>('#network-levers details').open =
      matchMedia('(width >= 40rem)').matches;
    void this.#look().then((state) => this.#tellFromBefore(state));
  }

  /** Takes all of them back. */
  async disarm(place: LeverPlace = 'session'): Promise<void> {
    await this.#pull({ lever: 'disarm' }, place);
  }

  #addRange(lever: ValueLever): void {
    const text = RANGES[lever];
    const range = new LeverRange(lever, text, (value) => {
      if (lever !== 'link-delay') this.#mark(text.name);
      void this.#pull({ lever, value }, text.place);
    });
    this.#ranges.set(lever, range);
    find('.lever-ranges', PARTS[text.place]()).append(range.element);
  }

  #addButton(lever: StrikingLever): void {
    const { place, name, what } = BUTTONS[lever];
    const button = element('button', '', element('strong', '', name), element('span', '', what));
    button.type = 'button';
    button.addEventListener('click', () => {
      this.#mark(name);
      const session_id = this.#options.host.session?.session_id;
      void this.#pull({ lever, ...(session_id && { session_id }) }, place);
    });
    this.#buttons.set(lever, button);
    find('.lever-buttons', PARTS[place]()).append(button);
  }

  #mark(name: string): void {
    this.#options.timeline.markAll('lever', name);
  }

  async #pull(pull: LeverPull, place: LeverPlace): Promise<void> {
    const sentence = await pullLever(pull);
    // The other part's sentence may not be true any more.
    if (pull.lever === 'disarm') for (const each of PLACES) say(each, '');
    say(place, sentence);
    await this.#look();
  }

  /** Shows what is armed, again and again as long as something is. */
  async #look(): Promise<LeverState> {
    const state = await readLevers();
    const armed: (StrikingLever | ValueLever)[] = armedOf(state);
    for (const [lever, button] of this.#buttons) mark(button, armed.includes(lever));
    for (const [lever, range] of this.#ranges) {
      mark(range.element, armed.includes(lever));
      if (lever !== 'link-delay') range.take(state.network[lever]);
    }
    this.#options.onLost(state.lost);
    find('#network-levers .gist').textContent = namesOf(state, 'network').join(', ');
    if (armed.length > 0 && !this.#isLooking) {
      this.#isLooking = true;
      setTimeout(() => {
        this.#isLooking = false;
        void this.#look();
      }, LOOK);
    }
    return state;
  }

  #tellFromBefore(state: LeverState): void {
    for (const place of PLACES) {
      const names = namesOf(state, place);
      if (names.length > 0) say(place, `Still armed from before: ${names.join(', ')}.`);
    }
  }
}

/** Where the levers are on the page. */
const PARTS: Readonly<Record<LeverPlace, () => HTMLElement>> = {
  network: () => find('#network-levers'),
  session: () => find('#levers'),
};
const PLACES = Object.keys(PARTS) as LeverPlace[];

function armedOf({ armed, network }: LeverState): (StrikingLever | keyof typeof network)[] {
  const spoilt = (['wire-loss', 'loss', 'latency', 'jitter'] as const).filter(
    (lever) => network[lever] > 0,
  );
  return [...armed, ...spoilt];
}

/** What the armed levers of a part are called. */
function namesOf(state: LeverState, place: LeverPlace): string[] {
  const texts = { ...BUTTONS, ...RANGES };
  return armedOf(state)
    .map((lever) => texts[lever])
    .filter((text) => text.place === place)
    .map(({ name }) => name);
}

function mark(lever: HTMLElement, isArmed: boolean): void {
  lever.toggleAttribute('data-armed', isArmed);
}

function say(place: LeverPlace, sentence: string): void {
  find('.lever-said', PARTS[place]()).textContent = sentence;
}
