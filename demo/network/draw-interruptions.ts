import type uPlot from 'uplot';

/** A time to mark in a chart, in the chart's seconds. */
export interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Between two lines of the hatching, in CSS pixels. */
const HATCH = 7;

/** Hatches spans of time behind the lines of a chart, from edge to edge, and names those that have room for it. */
export function drawInterruptions(plot: uPlot, colour: string, spans: readonly Span[]): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = pixel;
  ctx.font = `${11 * pixel}px system-ui, "Segoe UI", sans-serif`;
  for (const { name, from, to } of spans) {
    const left = Math.max(plot.valToPos(from, 'x', true), bbox.left);
    const right = plot.valToPos(to, 'x', true);
    if (right < bbox.left) continue;
    hatch(ctx, left, bbox.top, right - left, bbox.height, HATCH * pixel);
    for (const edge of [left, right]) ctx.fillRect(edge - pixel, bbox.top, 2 * pixel, bbox.height);
    nameSpan(ctx, name, left, bbox.top, right - left, pixel);
  }
  ctx.restore();
}

function hatch(
  ctx: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  distance: number,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.globalAlpha = 0.1;
  ctx.fillRect(left, top, width, height);
  ctx.globalAlpha = 0.35;
  ctx.beginPath();
  for (let x = left - height; x < left + width; x += distance) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}

function nameSpan(
  ctx: CanvasRenderingContext2D,
  name: string,
  left: number,
  top: number,
  width: number,
  pixel: number,
): void {
  if (ctx.measureText(name).width + 8 * pixel > width) return;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillText(name, left + 5 * pixel, top + 3 * pixel);
}
