import { element } from '../elements/element.js';
import type { ChannelHistory } from './channel-history.js';
import { LineChart, type Measure } from './line-chart.js';

/** A line, and what it is called. */
interface NamedLine {
  readonly name: string;
  readonly measure: Measure;
}

/** What one figure shows. */
export interface FigureOptions {
  readonly title: string;
  /** What stands behind each number. */
  readonly unit: string;
  /** What its axis reaches to at least. */
  readonly least: number;
  readonly lines: readonly NamedLine[];
}

/** How far it is to the gateway, and from there to the relay. */
export const ROUND_TRIP: FigureOptions = {
  title: 'Round trip',
  unit: ' ms',
  least: 10,
  lines: [
    { name: 'to gateway', measure: ({ gatewayRoundTrip }) => gatewayRoundTrip },
    { name: 'on to relay', measure: ({ relayRoundTrip }) => relayRoundTrip },
  ],
};

/** How many datagrams there are, both ways. */
export const TRAFFIC: FigureOptions = {
  title: 'Datagrams a second',
  unit: '',
  least: 20,
  lines: [
    { name: 'out', measure: ({ sentPerSecond }) => sentPerSecond },
    { name: 'in', measure: ({ receivedPerSecond }) => receivedPerSecond },
  ],
};

/** A chart with its name and, for each line, what it is called and how much it is now: that is what is read aloud. */
export class Figure {
  readonly element: HTMLElement;
  readonly #options: FigureOptions;
  readonly #values: readonly HTMLElement[];
  readonly #chart: LineChart;

  constructor(options: FigureOptions) {
    const { title, lines, least } = options;
    this.#options = options;
    this.#values = lines.map(() => element('dd', '', '–'));
    const entries = lines.map(({ name }, index) =>
      element('div', 'line', element('dt', '', name), this.#values[index] ?? ''),
    );
    const caption = element(
      'figcaption',
      '',
      element('h3', '', title),
      element('dl', '', ...entries),
    );
    const measures = lines.map(({ measure }) => measure);
    this.#chart = new LineChart(measures, least);
    this.element = element('figure', 'chart', caption, this.#chart.element);
  }

  draw(history: ChannelHistory, now: number): void {
    this.#chart.draw(history, now);
    const { newest } = history;
    const { lines, unit } = this.#options;
    for (const [index, { measure }] of lines.entries()) {
      const value = newest ? measure(newest) : null;
      const text = value === null ? '–' : `${rounded(value)}${unit}`;
      const box = this.#values[index];
      if (box && box.textContent !== text) box.textContent = text;
    }
  }
}

/** As exact as people read it. */
function rounded(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
