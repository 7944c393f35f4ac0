import { element, find } from '../elements/element.js';
import type { Panel } from '../players/panel.js';
import { type ChannelCharts, mountChannelCharts } from './channel-charts.js';
import type { Lost } from './drops.js';

/** The charts of all players of this page: those of one are in view, and of which one is for the viewer to choose. */
export class PlayersCharts {
  readonly #charts: readonly ChannelCharts[];
  readonly #choice = find<HTMLFieldSetElement>('#network .whose');

  constructor(panels: readonly Panel[], isSimulated: boolean) {
    this.#charts = panels.map(({ name, channel }, index) => {
      const box = element('div', '');
      box.dataset['chartsOf'] = name;
      box.hidden = index > 0;
      find('#network-levers').before(box);
      const charts = mountChannelCharts(box, { isSimulated });
      channel.listen((open) => charts.follow(open));
      this.#choice.append(this.#radio(name, index === 0));
      return charts;
    });
    this.#choice.hidden = panels.length < 2;
  }

  /** Takes what the simulated network has lost so far. */
  setLost(lost: Lost): void {
    for (const charts of this.#charts) charts.setLost(lost);
  }

  #radio(name: string, isChecked: boolean): HTMLElement {
    const radio = element('input', '');
    Object.assign(radio, { type: 'radio', name: 'charts', value: name, checked: isChecked });
    radio.addEventListener('change', () => {
      for (const box of document.querySelectorAll<HTMLElement>('[data-charts-of]'))
        box.hidden = box.dataset['chartsOf'] !== name;
    });
    return element('label', '', radio, element('span', '', name));
  }
}
