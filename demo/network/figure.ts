import { element } from '../elements/element.js';
import type { ChannelHistory, Sample } from './channel-history.js';
import { type Line, LineChart } from './line-chart.js';

/** A line, and what it is called. */
interface NamedLine extends Line {
  readonly name: string;
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

const line = (
  name: string,
  isFirst: boolean,
  measure: (sample: Sample) => number | null,
): NamedLine => ({
  name,
  measure,
  colour: isFirst ? '--chart-first' : '--chart-second',
  isDashed: !isFirst,
});

/** How far it is to the gateway, and from there to the relay. */
export const ROUND_TRIP: FigureOptions = {
  title: 'Round trip',
  unit: ' ms',
  least: 10,
  lines: [
    line('to gateway', true, ({ gatewayRoundTrip }) => gatewayRoundTrip),
    line('on to relay', false, ({ relayRoundTrip }) => relayRoundTrip),
  ],
};

/** How many datagrams there are, both ways. */
export const TRAFFIC: FigureOptions = {
  title: 'Datagrams a second',
  unit: '',
  least: 20,
  lines: [
    line('out', true, ({ sentPerSecond }) => sentPerSecond),
    line('in', false, ({ receivedPerSecond }) => receivedPerSecond),
  ],
};

/** A chart with its name and, for each line, what it is called and how much it is now: that is what is read aloud. */
export class Figure {
  readonly element: HTMLElement;
  readonly #options: FigureOptions;
  readonly #box = element('div', 'plot');
  readonly #values: readonly HTMLElement[];
  readonly #chart: LineChart;

  constructor(options: FigureOptions) {
    const { title, lines, least } = options;
    this.#options = options;
    this.#box.ariaHidden = 'true';
    this.#values = lines.map(() => element('dd', '', '–'));
    const entries = lines.map(({ name }, index) =>
      element('div', 'line', element('dt', '', name), this.#values[index] ?? ''),
    );
    const caption = element(
      'figcaption',
      '',
      element('h4', '', title),
      element('dl', '', ...entries),
    );
    this.element = element('figure', 'chart', caption, this.#box);
    this.#chart = new LineChart(this.#box, lines, least);
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

  redraw(): void {
    this.#chart.redraw();
  }
}

/** As exact as people read it. */
function rounded(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
