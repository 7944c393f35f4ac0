import { element } from '../elements/element.js';
import { svg } from '../elements/svg.js';
import { type ChannelHistory, VIEW } from './channel-history.js';
import { CAUSES, type Cause } from './drops.js';

const SECONDS = VIEW / 1_000;
/** The height of a row's bars, in units of their drawing. */
const HEIGHT = 10;
/** The least bar that can be seen. */
const LEAST = 2.5;

interface Row {
  readonly cause: Cause;
  readonly row: HTMLElement;
  readonly bars: SVGPathElement;
  readonly out: HTMLElement;
  readonly in: HTMLElement;
}

/** What was dropped: a row for each cause, with bars for the last half minute and with what there was in all. */
export class DropTable {
  readonly element = element('table', 'drops');
  readonly #rows: readonly Row[];

  /** @param causes - those that there can be. */
  constructor(causes: readonly Cause[]) {
    this.#rows = causes.map((cause) => makeRow(cause));
    this.element.append(
      element('caption', '', 'Drops by cause'),
      element('thead', '', headings()),
      element('tbody', '', ...this.#rows.map(({ row }) => row)),
    );
  }

  draw(history: ChannelHistory, now: number): void {
    const { newest } = history;
    const counts = this.#rows.map(({ cause }) => history.dropsBySecond(cause));
    // All rows have the same measure, so that they can be compared.
    const most = Math.max(1, ...counts.flatMap((bySecond) => [...bySecond.values()]));
    for (const [index, { cause, row, bars, ...cells }] of this.#rows.entries()) {
      const drops = newest?.drops[cause] ?? { out: 0, in: 0 };
      setText(cells.out, String(drops.out));
      setText(cells.in, String(drops.in));
      row.toggleAttribute('data-some', drops.out + drops.in > 0);
      bars.setAttribute('d', barsOf(counts[index] ?? new Map(), most, now));
    }
  }
}

function headings(): HTMLElement {
  const row = element('tr', '');
  for (const name of ['Cause', `Last ${SECONDS} s`, 'Out', 'In']) {
    const heading = element('th', '', name);
    heading.scope = 'col';
    row.append(heading);
  }
  return row;
}

function makeRow(cause: Cause): Row {
  const name = element('th', '', cause);
  name.scope = 'row';
  name.title = CAUSES[cause];
  const drawing = svg('svg', { viewBox: `0 0 ${SECONDS} ${HEIGHT}`, preserveAspectRatio: 'none' });
  drawing.ariaHidden = 'true';
  const bars = svg('path');
  drawing.append(bars);
  const [out, into] = [element('td', 'count', '0'), element('td', 'count', '0')];
  const row = element('tr', '', name, element('td', 'bars', drawing), out, into);
  row.dataset['cause'] = cause;
  return { cause, row, bars, out, in: into };
}

/** A line upwards for each second that had drops. */
function barsOf(bySecond: ReadonlyMap<number, number>, most: number, now: number): string {
  return [...bySecond]
    .map(([second, count]) => {
      const x = SECONDS + second - now / 1_000;
      const height = Math.max(LEAST, (count / most) * HEIGHT);
      return `M${x.toFixed(2)} ${HEIGHT}v-${height.toFixed(2)}`;
    })
    .join('');
}

/** Writes only what is new, so that the page has nothing to lay out again. */
function setText(box: HTMLElement, text: string): void {
  if (box.textContent !== text) box.textContent = text;
}
