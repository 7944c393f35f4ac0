import { element } from '../elements/element.js';
import type { PlayerName } from '../players/player-name.js';
import { Lane } from './lane.js';

/** How the players waited in a run. */
export type Mode = 'held' | 'polling';

/** What the page calls them. */
const RUN_NAMES: Readonly<Record<Mode, string>> = { held: 'Held', polling: 'Polling' };

const HINTS: Readonly<Record<Mode, string>> = {
  held: 'Create a session.',
  polling: 'Turn holding off to compare.',
};

/** One run in the timeline: a lane for each player, with its numbers beside it. */
export class RunView {
  readonly label = element('div', 'run-label');
  readonly tracks = element('div', 'run');
  readonly #verdict = element('p', 'verdict');
  readonly #mode: Mode;
  readonly #players: readonly PlayerName[];
  readonly #perSecond: () => number;
  readonly #lanes = new Map<PlayerName, { lane: Lane; readonly numbers: HTMLElement }>();

  /** @param perSecond - How wide a second is at present, in pixels. */
  constructor(mode: Mode, players: readonly PlayerName[], perSecond: () => number) {
    this.#mode = mode;
    this.#players = players;
    this.#perSecond = perSecond;
    this.label.append(element('h3', '', RUN_NAMES[mode]));
    for (const part of [this.label, this.tracks]) part.dataset['mode'] = mode;
    this.#verdict.role = 'status';
    this.#verdict.textContent = HINTS[mode];
    this.tracks.append(this.#verdict);
    for (const player of players) {
      const numbers = element('span', 'numbers', '–');
      this.label.append(element('p', 'lane-label', element('strong', '', player), numbers));
      const lane = new Lane(this.#nameOf(player), this.#perSecond);
      this.tracks.append(lane.track);
      this.#lanes.set(player, { lane, numbers });
    }
  }

  /** A player's lane. */
  lane(player: PlayerName): Lane {
    const entry = this.#lanes.get(player);
    if (!entry) throw new Error(`${player} has no lane.`);
    return entry.lane;
  }

  /** Starts anew. */
  clear(): void {
    for (const player of this.#players) {
      const entry = this.#lanes.get(player);
      if (!entry) continue;
      const lane = new Lane(this.#nameOf(player), this.#perSecond);
      entry.lane.track.replaceWith(lane.track);
      entry.lane = lane;
      entry.numbers.textContent = '–';
    }
    this.#verdict.textContent = '';
    delete this.#verdict.dataset['known'];
  }

  unfold(): void {
    for (const part of [this.label, this.tracks]) part.dataset['unfolded'] = '';
  }

  /** A second has become wider or narrower. */
  zoomed(): void {
    for (const { lane } of this.#lanes.values()) lane.zoomed();
  }

  showNumbers(): void {
    for (const { lane, numbers } of this.#lanes.values()) {
      const { linkLag, requests } = lane;
      if (requests.all === 0) continue;
      numbers.replaceChildren(
        element('span', '', `${requests.untilOpen} to open`),
        element('span', '', `${requests.all} in all`),
        element('span', '', linkLag === undefined ? 'lag –' : `lag ${Math.round(linkLag)} ms`),
      );
    }
    this.#showVerdict();
  }

  /** The run in one sentence, over all players whose lag was measured. */
  #showVerdict(): void {
    const lanes = [...this.#lanes.values()].map(({ lane }) => lane);
    const lags = lanes.map(({ linkLag }) => linkLag).filter((lag) => lag !== undefined);
    if (lags.length === 0) return;
    const requests = lanes.reduce((sum, { requests }) => sum + requests.untilOpen, 0);
    const lag = Math.round(lags.reduce((sum, lag) => sum + lag, 0) / lags.length);
    this.#verdict.textContent = `${requests} requests, news ${lag} ms late`;
    this.#verdict.dataset['known'] = '';
  }

  #nameOf(player: PlayerName): string {
    return `${player}, ${RUN_NAMES[this.#mode].toLowerCase()}`;
  }
}
