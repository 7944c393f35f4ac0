import { type Body, RATE } from './netcode.js';

/** The field, in units of its own. */
export const FIELD = { width: 800, height: 540 };
/** Of everybody who moves. */
export const RADIUS = 26;

/** Speeds in units a second, and what a wall leaves of one. */
export const ACCELERATION = 1_150;
const DRAG = 3.2;
const DASH = 460;
const BOUNCE = 0.7;
/** Ticks from one dash to the next. */
const TIRED = 1.1 * RATE;

/** What a player does: a direction of length 1 at most, and whether they dash. */
export interface Input {
  readonly x: number;
  readonly y: number;
  readonly dash: boolean;
}

/** A player's own body. The last three count ticks down: until the next dash, dazed, and out of reach. */
export interface Self extends Body {
  readonly vx: number;
  readonly vy: number;
  readonly tired: number;
  readonly dazed: number;
  readonly safe: number;
}

/** Does nothing. */
export const STILL: Input = { x: 0, y: 0, dash: false };

/** Where a body is one tick later, if nobody is in its way. The host and the client that it belongs to agree on it. */
export function move(self: Self, input: Input): Self {
  const { x, y } = self.dazed > 0 ? STILL : input;
  const dashes = input.dash && self.tired === 0 && self.dazed === 0 && (x !== 0 || y !== 0);
  const push = ACCELERATION / RATE + (dashes ? DASH : 0);
  const keep = 1 - DRAG / RATE;
  const vx = self.vx * keep + x * push;
  const vy = self.vy * keep + y * push;
  const [nextX, nextVx] = withinWalls(self.x + vx / RATE, vx, FIELD.width);
  const [nextY, nextVy] = withinWalls(self.y + vy / RATE, vy, FIELD.height);
  return {
    id: self.id,
    x: nextX,
    y: nextY,
    vx: nextVx,
    vy: nextVy,
    tired: dashes ? TIRED : Math.max(0, self.tired - 1),
    dazed: Math.max(0, self.dazed - 1),
    safe: Math.max(0, self.safe - 1),
  };
}

/** Off the wall again. */
function withinWalls(at: number, speed: number, size: number): [at: number, speed: number] {
  if (at < RADIUS) return [RADIUS, Math.abs(speed) * BOUNCE];
  if (at > size - RADIUS) return [size - RADIUS, -Math.abs(speed) * BOUNCE];
  return [at, speed];
}

/** Somebody who stands there. */
export const standing = (id: number, x: number, y: number): Self => ({
  id,
  x,
  y,
  vx: 0,
  vy: 0,
  tired: 0,
  dazed: 0,
  safe: 0,
});

export const distance = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.hypot(a.x - b.x, a.y - b.y);

/** Two that touch go apart as balls of one weight do. Returns how fast each came at the other. */
export function throwApart(
  a: { self: Self },
  b: { self: Self },
): { ofA: number; ofB: number } | undefined {
  const far = distance(a.self, b.self);
  if (far >= 2 * RADIUS) return undefined;
  // In the very same place: any direction will do.
  const nx = far > 0 ? (b.self.x - a.self.x) / far : 1;
  const ny = far > 0 ? (b.self.y - a.self.y) / far : 0;
  const ofA = a.self.vx * nx + a.self.vy * ny;
  const ofB = -(b.self.vx * nx + b.self.vy * ny);
  const push = Math.max(0, ofA + ofB);
  const apart = (2 * RADIUS - far) / 2;
  a.self = shoved(a.self, -nx, -ny, push, apart);
  b.self = shoved(b.self, nx, ny, push, apart);
  return { ofA, ofB };
}

function shoved(self: Self, nx: number, ny: number, push: number, apart: number): Self {
  const [x, vx] = withinWalls(self.x + nx * apart, self.vx + nx * push, FIELD.width);
  const [y, vy] = withinWalls(self.y + ny * apart, self.vy + ny * push, FIELD.height);
  return { ...self, x, y, vx, vy };
}

export const tenth = (value: number) => Math.round(value * 10) / 10;

/** Few digits, for it travels 30 times a second. */
export function rounded(self: Self): Self {
  const { x, y, vx, vy } = self;
  return { ...self, x: tenth(x), y: tenth(y), vx: tenth(vx), vy: tenth(vy) };
}
