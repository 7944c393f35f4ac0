import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type ChannelHistory, type Sample, VIEW } from './channel-history.js';
import { colourOf } from './colour-of.js';
import { drawInterruptions } from './draw-interruptions.js';

/** A line in a chart. */
export interface Line {
  /** The custom property that has its colour. */
  readonly colour: string;
  readonly isDashed: boolean;
  readonly measure: (sample: Sample) => number | null;
}

const SECONDS = VIEW / 1_000;
const FONT = '11px system-ui, "Segoe UI", sans-serif';
/** Room for the numbers on the left and for the times below, in pixels. */
const LEFT = 34;
const BELOW = 18;

/** The last half minute as lines, with the times in which the wire was lost. It fills its box. */
export class LineChart {
  readonly #box: HTMLElement;
  readonly #lines: readonly Line[];
  readonly #least: number;
  /** There from when the box has a size. */
  #plot: uPlot | undefined;
  #history: ChannelHistory | undefined;
  #now = 0;

  /** @param least - What the axis reaches to at least, so that a quiet line does not look like a storm. */
  constructor(box: HTMLElement, lines: readonly Line[], least: number) {
    this.#box = box;
    this.#lines = lines;
    this.#least = least;
    new ResizeObserver(() => this.#fit()).observe(box);
  }

  draw(history: ChannelHistory, now: number): void {
    this.#history = history;
    this.#now = now;
    this.#plot?.setData(this.#data());
  }

  /** Draws the same once more: the page's colours may have changed. */
  redraw(): void {
    this.#plot?.redraw(false);
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#box;
    if (width === 0) return;
    if (this.#plot) this.#plot.setSize({ width, height });
    else this.#plot = new uPlot(this.#options(width, height), this.#data(), this.#box);
  }

  #options(width: number, height: number): uPlot.Options {
    const box = this.#box;
    return {
      width,
      height,
      cursor: { show: false },
      legend: { show: false },
      padding: [6, 14, 0, 0],
      scales: {
        x: { time: false, range: () => [-SECONDS, 0] },
        y: { range: (_plot, _min, max) => [0, Math.max(this.#least, (max ?? 0) * 1.15)] },
      },
      axes: [timeAxis(box), valueAxis(box)],
      series: [{}, ...this.#lines.map((line) => seriesOf(line, box))],
      hooks: { drawClear: [(plot) => this.#drawInterruptions(plot)] },
    };
  }

  #data(): uPlot.AlignedData {
    const samples = this.#history?.samples ?? [];
    return [
      samples.map(({ at }) => this.#secondOf(at)),
      ...this.#lines.map(({ measure }) => samples.map(measure)),
    ];
  }

  #drawInterruptions(plot: uPlot): void {
    const spans = this.#history?.interruptions().map(({ state, from, to = this.#now }) => ({
      name: state === 'checking' ? 'checking' : 'lost',
      from: this.#secondOf(from),
      to: this.#secondOf(to),
    }));
    if (spans) drawInterruptions(plot, colourOf(this.#box, '--chart-lost'), spans);
  }

  /** Seconds, counted back from now. */
  #secondOf(at: number): number {
    return (at - this.#now) / 1_000;
  }
}

function timeAxis(box: HTMLElement): uPlot.Axis {
  return {
    ...axis(box),
    size: BELOW,
    gap: 2,
    splits: () => [-30, -20, -10, 0],
    values: (_plot, splits) => splits.map((second) => (second === 0 ? 'now' : `${second} s`)),
  };
}

function valueAxis(box: HTMLElement): uPlot.Axis {
  return {
    ...axis(box),
    size: LEFT,
    gap: 5,
    space: 22,
    values: (_plot, splits) => splits.map(String),
  };
}

function axis(box: HTMLElement): uPlot.Axis {
  return {
    font: FONT,
    stroke: () => colourOf(box, '--chart-text'),
    grid: { stroke: () => colourOf(box, '--chart-grid'), width: 1 },
    ticks: { show: false },
  };
}

function seriesOf({ colour, isDashed }: Line, box: HTMLElement): uPlot.Series {
  return {
    stroke: () => colourOf(box, colour),
    width: 2,
    points: { show: false },
    ...(isDashed && { dash: [6, 4] }),
  };
}
