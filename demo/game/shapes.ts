import { RADIUS } from './bodies.js';
import type { Body } from './netcode.js';
import type { Palette } from './palette.js';

const ROUND = 2 * Math.PI;

function paintPath(context: CanvasRenderingContext2D, colour: string, points: readonly number[]) {
  context.fillStyle = colour;
  context.beginPath();
  for (let index = 0; index < points.length; index += 2)
    context.lineTo(points[index] ?? 0, points[index + 1] ?? 0);
  context.fill();
}

function paintDisc(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  radius: number,
) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, ROUND);
  context.fill();
}

/** Draws with the body's middle at 0, 0, and where it looks to the right. */
function turned(
  context: CanvasRenderingContext2D,
  { x, y }: Body,
  angle: number,
  draw: () => void,
): void {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  draw();
  context.restore();
}

/** A magpie from above: a long tail, white shoulders, and a body in its player's colour. */
export function paintMagpie(
  context: CanvasRenderingContext2D,
  palette: Palette,
  colour: string,
  body: Body,
  angle: number,
  isOwn: boolean,
): void {
  turned(context, body, angle, () => {
    paintPath(context, palette.dark, [-16, -7, -44, -11, -48, 0, -44, 11, -16, 7]);
    paintPath(context, palette.dark, [22, -6, 37, 0, 22, 6]);
    paintDisc(context, palette.dark, 0, 0, RADIUS);
    paintDisc(context, palette.light, -3, -15, 9);
    paintDisc(context, palette.light, -3, 15, 9);
    paintDisc(context, colour, 0, 0, RADIUS - 8);
    paintDisc(context, palette.light, 13, -8, 5.5);
    paintDisc(context, palette.light, 13, 8, 5.5);
    paintDisc(context, palette.dark, 15, -8, 2.6);
    paintDisc(context, palette.dark, 15, 8, 2.6);
  });
  if (!isOwn) return;
  context.strokeStyle = palette.ink;
  context.lineWidth = 3;
  context.beginPath();
  context.arc(body.x, body.y, RADIUS + 6, 0, ROUND);
  context.stroke();
}

/** The fox from above. */
export function paintFox(
  context: CanvasRenderingContext2D,
  palette: Palette,
  body: Body,
  angle: number,
): void {
  turned(context, body, angle, () => {
    paintPath(context, palette.fox, [-14, -6, -38, -13, -50, 0, -38, 13, -14, 6]);
    paintPath(context, palette.light, [-41, -8, -50, 0, -41, 8]);
    paintPath(context, palette.fox, [2, -20, 15, -33, 22, -12]);
    paintPath(context, palette.fox, [2, 20, 15, 33, 22, 12]);
    paintDisc(context, palette.fox, 0, 0, RADIUS - 3);
    paintPath(context, palette.light, [8, -17, 36, 0, 8, 17]);
    paintPath(context, palette.fox, [6, -10, 34, 0, 6, 10]);
    paintDisc(context, palette.dark, 35, 0, 4);
    paintDisc(context, palette.dark, 14, -9, 3);
    paintDisc(context, palette.dark, 14, 9, 3);
  });
}

/** A gem, cut so that one half of it shines. */
export function paintGem(
  context: CanvasRenderingContext2D,
  palette: Palette,
  x: number,
  y: number,
): void {
  paintPath(context, palette.gem, [x, y - 12, x + 10, y - 2, x, y + 12, x - 10, y - 2]);
  paintPath(context, palette.facet, [x, y - 12, x + 10, y - 2, x, y + 1]);
}

/** Stars around somebody who was robbed. They stand still. */
export function paintDaze(context: CanvasRenderingContext2D, palette: Palette, body: Body): void {
  for (let star = 0; star < 3; star += 1) {
    const angle = (star * ROUND) / 3 - Math.PI / 2;
    const x = body.x + Math.cos(angle) * (RADIUS + 4);
    const y = body.y + Math.sin(angle) * (RADIUS + 4);
    paintPath(context, palette.ink, [x, y - 8, x + 2, y - 2, x + 8, y, x + 2, y + 2]);
    paintPath(context, palette.ink, [x, y + 8, x - 2, y + 2, x - 8, y, x - 2, y - 2, x, y - 8]);
  }
}

/** The host's crown. `unit` is a pixel of the screen. */
export function paintCrown(
  context: CanvasRenderingContext2D,
  palette: Palette,
  x: number,
  y: number,
  unit: number,
): void {
  const points = [-6, 4, -7, -4, -3, -1, 0, -6, 3, -1, 7, -4, 6, 4];
  const outline = points.map((point, index) => (index % 2 ? y : x) + point * unit);
  paintPath(context, palette.gem, outline);
  context.strokeStyle = palette.ink;
  context.lineWidth = unit;
  context.stroke();
  context.lineWidth = 3 * unit;
  context.strokeStyle = palette.field;
  context.fillStyle = palette.ink;
}
