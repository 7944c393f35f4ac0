import { FIELD, RADIUS } from './bodies.js';
import type { Body, Scene } from './netcode.js';
import type { Palette } from './palette.js';
import { FOX, type Rest } from './rules.js';
import { paintCrown, paintDaze, paintFox, paintGem, paintMagpie } from './shapes.js';

/** The host's place. */
const HOST = 0;
/** How long a change of the score is shown, in milliseconds. */
const POP = 900;

/** What the painter remembers of a body. */
interface Seen {
  x: number;
  y: number;
  /** Where it looks, in radians. */
  angle: number;
  score: number;
  pop: { readonly text: string; readonly at: number } | undefined;
}

/** Draws scenes on a canvas. */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #palette: { readonly current: Palette };
  readonly #isCalm = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #seen = new Map<number, Seen>();
  #painted: Scene<Rest> | undefined;
  #paintedIn = '';

  constructor(canvas: HTMLCanvasElement, palette: { readonly current: Palette }) {
    this.#canvas = canvas;
    this.#palette = palette;
    new ResizeObserver(() => this.#fit()).observe(canvas);
    this.#fit();
  }

  /**
   * @param me - the place whose player is the viewer's own.
   * @param stick - where the viewer's finger steers, in pixels.
   */
  paint(
    scene: Scene<Rest>,
    me: number | undefined,
    stick: { x: number; y: number; toX: number; toY: number } | undefined,
  ): void {
    const context = this.#canvas.getContext('2d');
    if (!context || this.#isPainted(scene)) return;
    const { width, height } = this.#canvas;
    const scale = width / FIELD.width;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#paintScene(context, scene, me);
    const ratio = width / Math.max(1, this.#canvas.clientWidth);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (stick) this.#paintStick(context, stick);
  }

  /** Whether the canvas shows this very scene already, in its size and its colours. */
  #isPainted(scene: Scene<Rest>): boolean {
    const key = `${this.#canvas.width} ${this.#palette.current.ink}`;
    if (scene === this.#painted && key === this.#paintedIn) return true;
    this.#painted = scene;
    this.#paintedIn = key;
    return false;
  }

  #fit(): void {
    const ratio = Math.min(2, devicePixelRatio);
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * ratio);
    // A canvas of another size is empty.
    this.#paintedIn = '';
  }

  #paintScene(context: CanvasRenderingContext2D, scene: Scene<Rest>, me: number | undefined): void {
    const { bodies, rest } = scene;
    const palette = this.#palette.current;
    for (let index = 0; index < rest.gems.length; index += 2)
      paintGem(context, palette, rest.gems[index] ?? 0, rest.gems[index + 1] ?? 0);
    // One's own is on top.
    const inOrder = [...bodies].sort((a, b) => Number(a.id === me) - Number(b.id === me));
    for (const body of inOrder) {
      const seen = this.#look(body, rest.scores[body.id] ?? 0);
      if (body.id === FOX) paintFox(context, palette, body, seen.angle);
      else {
        const colour = palette.magpies[body.id] ?? palette.ink;
        paintMagpie(context, palette, colour, body, seen.angle, body.id === me);
        if (rest.dazed.includes(body.id)) paintDaze(context, palette, body);
      }
    }
    this.#paintNames(context, scene);
  }

  /** In letters that are as large on a phone as on a desktop. */
  #paintNames(context: CanvasRenderingContext2D, { bodies, rest }: Scene<Rest>): void {
    const palette = this.#palette.current;
    const pixel = FIELD.width / Math.max(1, this.#canvas.clientWidth);
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineWidth = 3 * pixel;
    context.lineJoin = 'round';
    context.strokeStyle = palette.field;
    context.fillStyle = palette.ink;
    for (const body of bodies) {
      const name = rest.names[body.id];
      if (name === undefined || name === null) continue;
      context.font = `600 ${12 * pixel}px system-ui, sans-serif`;
      const half = context.measureText(name).width / 2;
      // Below the body, but for where the field ends.
      const below = body.y + RADIUS + 4;
      const isLow = below + 14 * pixel > FIELD.height;
      const y = isLow ? body.y - RADIUS - 6 - 14 * pixel : below;
      // To the left of the host's name there is a crown.
      const left = half + (body.id === HOST ? 20 * pixel : 2);
      const x = Math.min(Math.max(body.x, left), FIELD.width - half - 2);
      context.strokeText(name, x, y);
      context.fillText(name, x, y);
      if (body.id === HOST)
        paintCrown(context, palette, x - half - 11 * pixel, y + 7 * pixel, pixel);
      this.#paintPop(context, body, pixel);
    }
  }

  #paintPop(context: CanvasRenderingContext2D, body: Body, pixel: number): void {
    const pop = this.#seen.get(body.id)?.pop;
    const age = pop ? (performance.now() - pop.at) / POP : 1;
    if (!pop || age >= 1) return;
    const rise = this.#isCalm.matches ? 0 : age * 16;
    context.font = `700 ${15 * pixel}px system-ui, sans-serif`;
    const y = body.y - RADIUS - 22 * pixel - rise;
    context.strokeText(pop.text, body.x, y);
    context.fillText(pop.text, body.x, y);
  }

  #paintStick(
    context: CanvasRenderingContext2D,
    { x, y, toX, toY }: { x: number; y: number; toX: number; toY: number },
  ): void {
    context.lineWidth = 2;
    context.strokeStyle = this.#palette.current.ink;
    context.globalAlpha = 0.5;
    context.beginPath();
    context.arc(x, y, 40, 0, 2 * Math.PI);
    context.moveTo(x, y);
    context.lineTo(toX, toY);
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Where the body looks, which is where it goes; and how its score has changed. */
  #look({ id, x, y }: Body, score: number): Seen {
    const seen = this.#seen.get(id) ?? { x, y, angle: -Math.PI / 2, score, pop: undefined };
    const dx = x - seen.x;
    const dy = y - seen.y;
    if (Math.hypot(dx, dy) > 0.7) {
      const turn = Math.atan2(dy, dx) - seen.angle;
      seen.angle += Math.atan2(Math.sin(turn), Math.cos(turn)) * 0.3;
    }
    // A new round takes all of it.
    const change = score - seen.score;
    if (change !== 0 && (score > 0 || change >= -3))
      seen.pop = { text: change > 0 ? `+${change}` : `−${-change}`, at: performance.now() };
    Object.assign(seen, { x, y, score });
    this.#seen.set(id, seen);
    return seen;
  }
}
