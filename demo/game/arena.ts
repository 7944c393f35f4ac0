import { announce } from '../elements/copy-button.js';
import { element, find } from '../elements/element.js';
import { STILL } from './bodies.js';
import { Curtain } from './curtain.js';
import { News, verdictOf } from './news.js';
import { HiddenTimes, noticeFor } from './notices.js';
import { Painter } from './painter.js';
import { usePalette } from './palette.js';
import type { Rest } from './rules.js';
import { SAMPLE_SCENE } from './sample-scene.js';
import { ScoreList } from './score-list.js';
import type { SeatGame, SeatStatus } from './seat-game.js';
import { Steering } from './steering.js';
import { startTicking } from './ticker.js';

/** The game on the page: the field as one of the page's seats sees it, and who plays. */
export class Arena {
  readonly #seats: readonly SeatGame[];
  readonly #field = find('#arena');
  readonly #notice = find('#game .notice');
  readonly #verdict = find('#game .verdict');
  readonly #clock = find('#game .clock');
  readonly #called = find<HTMLInputElement>('[name=called]');
  readonly #views = find<HTMLFieldSetElement>('#game .views');
  readonly #steering = new Steering(this.#field);
  readonly #painter: Painter;
  readonly #curtain: Curtain;
  readonly #scores: ScoreList;
  readonly #news = new News(announce);
  readonly #hidden = new HiddenTimes();
  #seen: SeatGame;
  #isInView = true;

  /**
   * @param seats - those of the page, the host's first if it is there.
   */
  constructor(seats: readonly [SeatGame, ...SeatGame[]]) {
    this.#seats = seats;
    this.#seen = seats[0];
    const canvas = find<HTMLCanvasElement>('canvas', this.#field);
    this.#painter = new Painter(canvas, usePalette(canvas));
    this.#curtain = new Curtain(find('.curtain', this.#field), () => this.#play());
    this.#scores = new ScoreList(find('#game .scores'), (place) => this.#seen.kick(place));
    find('#game .dash').addEventListener('pointerdown', () => this.#steering.dash());
    find('#game .dash').addEventListener('click', () => this.#steering.dash());
    this.#field.tabIndex = 0;
    this.#addName();
    this.#addViews();
    new IntersectionObserver(([entry]) => {
      this.#isInView = entry?.isIntersecting ?? true;
    }).observe(this.#field);
    startTicking(() => this.#tick());
    // Nobody knows whether a page that is hidden gets to do anything more: it says so at once.
    document.addEventListener('visibilitychange', () => this.#tick());
    this.#draw();
  }

  #play(): void {
    this.#field.focus();
    void this.#seen.panel.start().catch(() => {});
  }

  #tick(): void {
    const playing = this.#seats.filter(({ isOn }) => isOn);
    for (const seat of playing) {
      const isSeen = seat === this.#seen;
      // Two on one keyboard: the host has the arrows.
      const hand = playing.length === 1 ? 'both' : seat === playing[0] ? 'right' : 'left';
      seat.tick(isSeen || playing.length > 1 ? this.#steering.read(hand, isSeen) : STILL);
    }
  }

  #draw(): void {
    requestAnimationFrame(() => this.#draw());
    const seat = this.#seen;
    const scene = seat.scene();
    const { status } = seat;
    const isPlayed = scene !== undefined && seat.me !== undefined && !status.isFull;
    this.#curtain.show(seat.panel.name, status, isPlayed);
    this.#scores.show(scene?.rest, seat.me, (place) => seat.canKick(place));
    this.#news.hear(scene?.rest);
    this.#showWords(scene?.rest, status);
    this.#showViews();
    if (this.#isInView) this.#painter.paint(scene ?? SAMPLE_SCENE, seat.me, this.#steering.stick);
  }

  #showWords(rest: Rest | undefined, status: SeatStatus): void {
    const { me } = this.#seen;
    const isHost = this.#seen.panel.relay.role === 'server';
    const notice = rest ? noticeFor(isHost, rest, status, this.#hidden.justNow) : '';
    write(this.#notice, notice);
    write(this.#verdict, rest?.isOver ? `${verdictOf(rest)} Next round in ${rest.left} s.` : '');
    write(this.#clock, rest && !rest.isOver ? `${rest.left} s left` : '');
    // What the host calls a player who gives no name.
    const name = (me !== undefined && rest?.names[me]) || '';
    if (!this.#called.value && this.#called.placeholder !== name) this.#called.placeholder = name;
  }

  #addName(): void {
    this.#called.value = this.#seen.called;
    this.#called.addEventListener('input', () => {
      this.#seen.called = this.#called.value;
    });
    // Whoever is done with the name goes on playing.
    this.#called.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') this.#field.focus();
    });
  }

  #addViews(): void {
    for (const [index, seat] of this.#seats.entries()) {
      const radio = element('input', '');
      Object.assign(radio, { type: 'radio', name: 'view', checked: index === 0 });
      radio.addEventListener('change', () => this.#see(seat));
      this.#views.append(element('label', '', radio, element('span', '', seat.panel.name)));
    }
    if (this.#seats.length === 1) this.#views.remove();
  }

  #showViews(): void {
    const isChoice = this.#seats.every(({ isOn }) => isOn);
    if (this.#views.disabled === isChoice) this.#views.disabled = !isChoice;
  }

  #see(seat: SeatGame): void {
    this.#seen = seat;
    this.#called.value = seat.called;
    this.#called.placeholder = '';
  }
}

/** Writes a text where it is another one than before: each writing is read aloud. */
function write(where: HTMLElement, text: string): void {
  if (where.textContent !== text) where.textContent = text;
}
