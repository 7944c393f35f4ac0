import { element } from '../elements/element.js';
import { svg } from '../elements/svg.js';
import {
  type ChannelHistory,
  type Interruption,
  type Move,
  type Sample,
  VIEW,
} from './channel-history.js';
import { WIRES } from './wires.js';

/** A line in a chart: what it shows of a moment. */
export type Measure = (sample: Sample) => number | null;

/** The chart's own measures, which the page stretches to what room there is. */
const WIDTH = 300;
const HEIGHT = 100;
/** A span of time that is shorter, as a share of the view, has no room for its name. */
const NAMED = 0.12;
/** What is written below, from left to right. */
const TIMES = ['−30 s', '−20 s', '−10 s', 'now'];

/** The last half minute as lines, with the times in which the wire was lost. The page's style has the colours. */
export class LineChart {
  readonly element = element('div', 'plot');
  readonly #measures: readonly Measure[];
  readonly #least: number;
  readonly #paths: readonly SVGPathElement[];
  readonly #area = element('div', 'area');
  readonly #values = element('div', 'values');
  #top = 0;

  /** @param least - What the axis reaches to at least, so that a quiet line does not look like a storm. */
  constructor(measures: readonly Measure[], least: number) {
    this.#measures = measures;
    this.#least = least;
    this.#paths = measures.map(() => svg('path'));
    const drawing = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' });
    drawing.append(...this.#paths);
    this.#area.append(drawing);
    const times = element('div', 'times', ...TIMES.map((time) => element('span', '', time)));
    this.element.append(this.#values, this.#area, times);
    this.element.ariaHidden = 'true';
    this.#setTop(least);
  }

  draw(history: ChannelHistory, now: number): void {
    const { samples } = history;
    const highest = samples.flatMap((sample) => this.#measures.map((measure) => measure(sample)));
    this.#setTop(ceilingOf(Math.max(this.#least, ...highest.map(Number))));
    for (const [index, path] of this.#paths.entries()) {
      const measure = this.#measures[index] as Measure;
      path.setAttribute('d', pathOf(samples, measure, this.#top, now));
    }
    // New ones each time: the same in another place would count as a part of the page that moves about.
    for (const mark of this.#area.querySelectorAll('.interruption, .move')) mark.remove();
    this.#area.append(
      ...history.interruptions().map((each) => spanOf(each, now)),
      ...history.moves().map((each) => moveOf(each, now)),
    );
  }

  /** Writes the axis's numbers, where they are other ones than before. */
  #setTop(top: number): void {
    if (top === this.#top) return;
    this.#top = top;
    const numbers = [top, top / 2, 0].map((value) => element('span', '', String(value)));
    this.#values.replaceChildren(...numbers);
  }
}

/** The next round number: 1, 2, 3 or 5 with zeros behind it. */
function ceilingOf(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 5].find((step) => step * power >= value) ?? 10) * power;
}

/** A line from moment to moment, with gaps where nothing was measured. */
function pathOf(samples: readonly Sample[], measure: Measure, top: number, now: number): string {
  let path = '';
  let isGap = true;
  for (const sample of samples) {
    const value = measure(sample);
    if (value !== null) {
      const y = HEIGHT - (value / top) * HEIGHT;
      const x = share(sample.at, now) * WIDTH;
      path += `${isGap ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    isGap = value === null;
  }
  return path;
}

/** A hatched time, from the moment that the channel was not open any more to the one that it was again. */
function spanOf(
  { state, from, to = Number.POSITIVE_INFINITY }: Interruption,
  now: number,
): Element {
  const left = Math.max(0, share(from, now));
  const right = Math.min(1, share(to, now));
  const span = element('div', 'interruption');
  const name = state === 'reconnecting' ? 'lost' : state;
  if (right - left > NAMED) span.append(element('span', '', name));
  span.style.left = `${left * 100}%`;
  span.style.width = `${Math.max(0, right - left) * 100}%`;
  return span;
}

/** The moment of a move, with the name of the wire from then on. */
function moveOf({ wire, at }: Move, now: number): Element {
  const mark = element('div', 'move', element('span', '', WIRES[wire]));
  const left = Math.max(0, share(at, now));
  mark.style.left = `${left * 100}%`;
  // Its name is on the side that has room.
  mark.toggleAttribute('data-turned', left > 0.5);
  return mark;
}

/** Where a time is in view: 0 on the left, 1 is now. */
function share(at: number, now: number): number {
  return 1 - (now - at) / VIEW;
}
