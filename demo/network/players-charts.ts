import { element, find } from '../elements/element.js';
import type { Panel } from '../players/panel.js';
import type { PlayerName } from '../players/player-name.js';
import { type ChannelCharts, mountChannelCharts } from './channel-charts.js';
import type { Lost } from './drops.js';

/** The charts of one player, and where they are on the page. */
interface PlayerCharts {
  readonly name: PlayerName;
  readonly box: HTMLElement;
  readonly charts: ChannelCharts;
  /** What chooses them. */
  readonly radio: HTMLInputElement;
  /** What there is to see, in a word. */
  gist: string;
}

/** The charts of all players of this page: those of one are in view, and of which one is for the viewer to choose. */
export class PlayersCharts {
  readonly #players: readonly PlayerCharts[];
  readonly #gist = find('#network .gist');
  #chosen: PlayerName | undefined;

  /** @param knowsLost - whether `setLost` is told what the network lost. */
  constructor(panels: readonly Panel[], knowsLost: boolean) {
    this.#players = panels.map((panel) => this.#mount(panel, knowsLost));
    find('#network .whose').hidden = panels.length < 2;
    this.#followTheView();
    const details = find<HTMLDetailsElement>('#network details');
    details.addEventListener('toggle', () => this.#draw());
    // On a narrow page they are folded, one tap away.
    details.open = matchMedia('(width >= 40rem)').matches;
    this.#choose(this.#players[0]?.name);
  }

  /** Takes what the simulated network has lost so far. */
  setLost(lost: Lost): void {
    for (const { charts } of this.#players) charts.setLost(lost);
  }

  #mount({ name, channel }: Panel, knowsLost: boolean): PlayerCharts {
    const box = element('div', '');
    box.dataset['chartsOf'] = name;
    find('#network details').append(box);
    const onGist = (gist: string) => {
      player.gist = gist;
      this.#showGist();
    };
    const charts = mountChannelCharts(box, { knowsLost, onGist });
    const player: PlayerCharts = { name, box, charts, radio: this.#addRadio(name), gist: '' };
    channel.listen((open) => charts.follow(open));
    return player;
  }

  #addRadio(name: PlayerName): HTMLInputElement {
    const radio = element('input', '');
    Object.assign(radio, { type: 'radio', name: 'charts' });
    radio.addEventListener('change', () => this.#choose(name));
    find('#network .whose').append(element('label', '', radio, element('span', '', name)));
    return radio;
  }

  /** Whose field the viewer looks at in the game, theirs are the charts as well. */
  #followTheView(): void {
    const views = document.querySelector('#game .views');
    views?.addEventListener('change', ({ target }) => {
      const radios: (EventTarget | null)[] = [...views.querySelectorAll('input')];
      this.#choose(this.#players[radios.indexOf(target)]?.name);
    });
  }

  #choose(name: PlayerName | undefined): void {
    this.#chosen = name;
    for (const player of this.#players) {
      player.radio.checked = player.name === name;
      player.box.hidden = player.name !== name;
    }
    this.#showGist();
    this.#draw();
  }

  #showGist(): void {
    const chosen = this.#players.find(({ name }) => name === this.#chosen);
    this.#gist.textContent = chosen?.gist ?? '';
  }

  #draw(): void {
    for (const { charts } of this.#players) charts.draw();
  }
}
