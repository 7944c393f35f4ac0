import type { ChannelCloseReason, ChannelState, RelayChannel } from 'relais';
import { element } from '../elements/element.js';
import { ChannelHistory, type Sample } from './channel-history.js';
import { DropTable } from './drop-table.js';
import { CAUSES, type Cause, type Lost } from './drops.js';
import { Figure, ROUND_TRIP, TRAFFIC } from './figure.js';
import { WIRES } from './wires.js';

/** The time between two drawings, in milliseconds: longer for people who have asked for less motion. */
const STEP = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 250;

const NO_CHANNEL = 'no channel';
const WHEN_IT_OPENS = 'It opens with the relay.';
const LOST_NOTE = 'lost: in the simulated network, of all players, and with the pings.';
/** What a state means, where its name does not say it all. */
const MEANINGS: Readonly<Partial<Record<ChannelState, string>>> = {
  checking: 'The relay checks the player.',
  reconnecting: 'The wire is lost, and comes back by itself.',
};

/** A channel's truth as small live charts. */
export interface ChannelCharts {
  /** Shows this channel from now on. `undefined`: there is none; what was drawn stays. */
  follow(channel: RelayChannel | undefined): void;
  /** Takes what the simulated network has lost so far. */
  setLost(lost: Lost): void;
  /** Draws what is known: the charts have just come into view. */
  draw(): void;
}

/** Which charts to show. */
export interface ChannelChartsOptions {
  /** Whether somebody tells what the network lost: a simulated one, on a page with levers. */
  readonly knowsLost: boolean;
  /** Gets the gist of it in a word or two, each time that there is news. */
  readonly onGist: (gist: string) => void;
}

/** Puts a channel's charts on the page. They are empty until there is a channel. */
export function mountChannelCharts(
  parent: HTMLElement,
  options: ChannelChartsOptions,
): ChannelCharts {
  return new LiveCharts(parent, options);
}

class LiveCharts implements ChannelCharts {
  readonly #parent: HTMLElement;
  readonly #onGist: ChannelChartsOptions['onGist'];
  readonly #state = element('strong', 'wire-state', NO_CHANNEL);
  readonly #meaning = element('span', '', WHEN_IT_OPENS);
  readonly #figures = [new Figure(ROUND_TRIP), new Figure(TRAFFIC)];
  readonly #drops: DropTable;
  readonly #history = new ChannelHistory();
  #channel: RelayChannel | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lost: Lost = { out: 0, in: 0 };
  /** What was lost before this channel. */
  #lostBefore = this.#lost;

  constructor(parent: HTMLElement, { knowsLost, onGist }: ChannelChartsOptions) {
    this.#parent = parent;
    this.#onGist = onGist;
    const state = element('p', 'wire', this.#state, this.#meaning);
    state.role = 'status';
    const causes = Object.keys(CAUSES) as Cause[];
    this.#drops = new DropTable(causes.filter((cause) => knowsLost || cause !== 'lost'));
    parent.classList.add('channel-charts');
    parent.append(state, ...this.#figures.map(({ element }) => element), this.#drops.element);
    if (knowsLost) parent.append(element('p', 'drops-note', LOST_NOTE));
  }

  follow(channel: RelayChannel | undefined): void {
    // One that closed says so by itself.
    if (!channel && this.#channel?.state === 'closed') return;
    this.#letGo();
    this.#channel = channel;
    if (!channel) {
      this.#tell(NO_CHANNEL, WHEN_IT_OPENS);
      return;
    }
    this.#history.clear();
    this.#lostBefore = this.#lost;
    channel.on('state', this.#onState);
    channel.on('close', this.#onClose);
    this.#timer = setInterval(() => this.#step(), STEP);
    this.#onState(channel.state);
  }

  setLost(lost: Lost): void {
    this.#lost = lost;
  }

  draw(): void {
    const { newest } = this.#history;
    // Nobody looks at what is folded or not chosen.
    if (!newest || this.#parent.offsetParent === null) return;
    for (const figure of this.#figures) figure.draw(this.#history, newest.at);
    this.#drops.draw(this.#history, newest.at);
  }

  #letGo(): void {
    clearInterval(this.#timer);
    this.#channel?.off('state', this.#onState);
    this.#channel?.off('close', this.#onClose);
  }

  readonly #onState = (state: ChannelState): void => {
    if (state === 'closed') return;
    this.#step();
    this.#tell(state, MEANINGS[state] ?? this.#story());
  };

  /** The charts stand still from here on. */
  readonly #onClose = (reason: ChannelCloseReason): void => {
    this.#step();
    this.#letGo();
    this.#tell('closed', reason === 'closed' ? '' : `The reason: ${reason}.`);
  };

  #tell(state: ChannelState | typeof NO_CHANNEL, meaning: string): void {
    this.#state.textContent = state;
    this.#state.dataset['state'] = state;
    this.#meaning.textContent = meaning;
  }

  /** By what the datagrams travel, and what came before. */
  #story(): string {
    const wire = `By ${WIRES[this.#history.newest?.wire ?? 'websocket']}`;
    const { from, to } = this.#history.interruptions().at(-1) ?? {};
    if (from === undefined || to === undefined) return `${wire}.`;
    return `${wire}. Back after ${((to - from) / 1_000).toFixed(1)} s.`;
  }

  #step(): void {
    const channel = this.#channel;
    if (!channel) return;
    const now = performance.now();
    const lost = {
      out: this.#lost.out - this.#lostBefore.out,
      in: this.#lost.in - this.#lostBefore.in,
    };
    this.#history.add(channel.stats(), channel.state, lost, now);
    this.#onGist(gistOf(this.#history.newest));
    this.draw();
  }
}

/** A word for who has folded the charts: how the channel is, and how far it is to the gateway and on to the relay. */
function gistOf(sample: Sample | undefined): string {
  if (!sample) return '';
  const { state, wire, gatewayRoundTrip, relayRoundTrip } = sample;
  if (gatewayRoundTrip === null || relayRoundTrip === null) return state;
  return `${state}, ${WIRES[wire]}, ${Math.round(gatewayRoundTrip)} + ${Math.round(relayRoundTrip)} ms`;
}
