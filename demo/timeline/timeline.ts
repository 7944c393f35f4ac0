import { element, find } from '../elements/element.js';
import type { PlayerName } from '../players/player-name.js';
import { Axis } from './axis.js';
import type { Lane } from './lane.js';
import { type Mode, RunView } from './run-view.js';

/** The time between two moves, in milliseconds: longer for people who have asked for less motion. */
const STEP = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 100;

/** All that happened, run by run, on one time axis. The latest run of each mode stays. */
export class Timeline {
  readonly #runs: Record<Mode, RunView>;
  readonly #players: readonly PlayerName[];
  readonly #active = new Set<PlayerName>();
  readonly #scroller = find('.scroller');
  readonly #axis = new Axis(find('.tracks'), this.#scroller);
  /** In seconds. */
  readonly #lengths: Record<Mode, number> = { held: 0, polling: 0 };
  #mode: Mode = 'held';
  #began = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #follows = true;

  constructor(players: readonly PlayerName[]) {
    this.#players = players;
    const perSecond = () => this.#axis.perSecond;
    this.#runs = {
      held: new RunView('held', players, perSecond),
      polling: new RunView('polling', players, perSecond),
    };
    for (const run of Object.values(this.#runs)) {
      find('.lane-labels').append(run.label);
      find('.tracks').append(run.tracks);
    }
    this.unfold('held');
    find('.lane-labels').append(element('div', 'axis-label', 'seconds'));
    this.#scroller.addEventListener('scroll', () => {
      this.#follows = Math.abs(this.#scroller.scrollLeft - this.#end) < 24;
      this.#axis.drawTicks();
    });
    for (const choice of document.querySelectorAll<HTMLInputElement>('[name=window]')) {
      choice.addEventListener('change', () => this.#zoom(Number(choice.value)));
    }
    const isNarrow = matchMedia('(width < 40rem)').matches;
    this.#zoom(isNarrow ? 8 : 12);
    find<HTMLInputElement>(`[name=window][value="${this.#axis.window}"]`).checked = true;
    new ResizeObserver(() => this.#zoom(this.#axis.window)).observe(this.#scroller);
  }

  /** Whether a run is going on. */
  get isRunning(): boolean {
    return this.#active.size > 0;
  }

  /** The mode of the run that is going on, or was last. */
  get mode(): Mode {
    return this.#mode;
  }

  /** Milliseconds since the run began. */
  get now(): number {
    return performance.now() - this.#began;
  }

  /** A player's lane in the present run. */
  lane(player: PlayerName): Lane {
    return this.#runs[this.#mode].lane(player);
  }

  /** Shows a mode's lanes, which take no room on a narrow page until somebody asks for them. */
  unfold(mode: Mode): void {
    this.#runs[mode].unfold();
  }

  /** A player starts: in the run that goes on, or in a new one that takes the place of the last in this mode. */
  start(player: PlayerName, mode: Mode): void {
    if (!this.isRunning) {
      this.#mode = mode;
      this.#began = performance.now();
      this.unfold(mode);
      this.#runs[mode].clear();
      this.#setLength(0);
      this.#follows = true;
    }
    this.#active.add(player);
    this.#timer ??= setInterval(() => this.#tick(), STEP);
  }

  /** A player is done. The axis stands still once both are. */
  stop(player: PlayerName): void {
    this.#active.delete(player);
    this.#tick();
    if (this.isRunning) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Marks what happens to all who play. */
  markAll(name: string, detail: string): void {
    for (const player of this.#active) this.lane(player).event(name, detail, this.now);
  }

  /** Writes the numbers anew. */
  showNumbers(): void {
    for (const run of Object.values(this.#runs)) run.showNumbers();
  }

  #tick(): void {
    const { now } = this;
    for (const player of this.#players) this.lane(player).tick(now);
    this.#setLength(now / 1_000);
    if (this.#follows) this.#scroller.scrollLeft = this.#end;
  }

  /** Sets the axis's length. It is that of the longer run, so that both stay in reach. */
  #setLength(length: number): void {
    this.#lengths[this.#mode] = length;
    this.#axis.length = Math.max(...Object.values(this.#lengths));
  }

  /** Where to scroll to see the present run's end. */
  get #end(): number {
    return this.#axis.positionOf(this.#lengths[this.#mode]);
  }

  #zoom(window: number): void {
    this.#axis.window = window;
    for (const run of Object.values(this.#runs)) run.zoomed();
    if (this.#follows) this.#scroller.scrollLeft = this.#end;
  }
}
