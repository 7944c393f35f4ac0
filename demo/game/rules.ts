import {
  ACCELERATION,
  distance,
  FIELD,
  type Input,
  move,
  RADIUS,
  rounded,
  type Self,
  STILL,
  standing,
  tenth,
  throwApart,
} from './bodies.js';
import { type Body, type Game, RATE } from './netcode.js';
import { tidyInput, tidyName } from './tidy.js';

export const MOST_PLAYERS = 8;
/** The fox's body id: the first that no player has. */
export const FOX = MOST_PLAYERS;
/** How long a round lasts, and the pause after it, in seconds. */
export const ROUND = 60;
export const PAUSE = 6;

const DEFAULT_NAMES = ['Robin', 'Wren', 'Jay', 'Finch', 'Rook', 'Lark', 'Swift', 'Heron'];
const GEMS = 7;
const GEM_RADIUS = 11;
/** Who hits with this speed robs; who is robbed drops so many gems. */
const ROBBING_SPEED = 420;
const LOOT = 3;
const FOX_ACCELERATION = 540;
/** In ticks: how long one is dazed after a robbery, and out of reach of the next one; and how long the fox is sated. */
const DAZED = 0.6 * RATE;
const SAFE = 1.6 * RATE;
const SATED = 2.5 * RATE;

/** What else there is to see. Names and scores are by place; a place that is free has no name. */
export interface Rest {
  readonly names: readonly (string | null)[];
  readonly scores: readonly number[];
  /** The gems' places: x, y, x, y … */
  readonly gems: readonly number[];
  /** The places of who is dazed. */
  readonly dazed: readonly number[];
  /** Seconds until the round is over, or until the next one begins. */
  readonly left: number;
  readonly isOver: boolean;
  /** Whether nobody sees the host's page: its tab is hidden. */
  readonly isHostHidden: boolean;
}

interface Magpie {
  self: Self;
  name: string;
  score: number;
  input: Input;
}

/**
 * The rules. Magpies gather gems. Who dashes into another one makes them drop some, and so does the fox, who is after
 * whoever has most.
 */
export class Magpies implements Game<Self, Rest> {
  /** Set by the host's page. */
  isHostHidden = false;
  readonly #random: () => number;
  readonly #magpies: (Magpie | undefined)[] = Array(MOST_PLAYERS).fill(undefined);
  #fox: Self;
  #gems: { x: number; y: number }[] = [];
  #ticks = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
    this.#fox = standing(FOX, FIELD.width / 2, FIELD.height / 2);
  }

  enter(): number | undefined {
    const id = this.#magpies.indexOf(undefined);
    if (id < 0) return undefined;
    const { x, y } = this.#somewhere();
    const self = { ...standing(id, x, y), safe: SAFE };
    this.#magpies[id] = { self, name: DEFAULT_NAMES[id] ?? '', score: 0, input: STILL };
    return id;
  }

  leave(id: number): void {
    this.#magpies[id] = undefined;
  }

  rename(id: number, name: unknown): void {
    const magpie = this.#magpies[id];
    if (magpie) magpie.name = tidyName(name) || (DEFAULT_NAMES[id] ?? '');
  }

  steer(id: number, input: unknown): void {
    const magpie = this.#magpies[id];
    if (magpie) magpie.input = tidyInput(input);
  }

  step(): void {
    this.#ticks = (this.#ticks + 1) % ((ROUND + PAUSE) * RATE);
    if (this.#ticks === 0) for (const magpie of this.#present()) magpie.score = 0;
    for (const magpie of this.#present()) magpie.self = move(magpie.self, magpie.input);
    this.#bump();
    if (this.#isOver) {
      this.#gems = [];
      return;
    }
    this.#gather();
    this.#hunt();
  }

  self(id: number): Self {
    return rounded(this.#magpies[id]?.self ?? standing(id, 0, 0));
  }

  scene(): { bodies: readonly Body[]; rest: Rest } {
    const bodies = [...this.#present().map(({ self }) => self), this.#fox];
    const left = (this.#isOver ? ROUND + PAUSE : ROUND) - this.#ticks / RATE;
    return {
      bodies: bodies.map(({ id, x, y }) => ({ id, x: tenth(x), y: tenth(y) })),
      rest: {
        names: this.#magpies.map((magpie) => magpie?.name ?? null),
        scores: this.#magpies.map((magpie) => magpie?.score ?? 0),
        gems: this.#gems.flatMap(({ x, y }) => [Math.round(x), Math.round(y)]),
        dazed: this.#present().flatMap(({ self }) => (self.dazed > 0 ? [self.id] : [])),
        left: Math.ceil(left),
        isOver: this.#isOver,
        isHostHidden: this.isHostHidden,
      },
    };
  }

  get #isOver(): boolean {
    return this.#ticks >= ROUND * RATE;
  }

  #present(): Magpie[] {
    return this.#magpies.filter((magpie) => magpie !== undefined);
  }

  /** Who touches another one is thrown back. Who is the faster one, and fast, robs. */
  #bump(): void {
    const all = this.#present();
    for (const [index, a] of all.entries()) {
      for (const b of all.slice(index + 1)) {
        const speeds = throwApart(a, b);
        if (!speeds || this.#isOver) continue;
        const [robber, victim] = speeds.ofA > speeds.ofB ? [a, b] : [b, a];
        if (Math.max(speeds.ofA, speeds.ofB) > ROBBING_SPEED && robber !== victim)
          this.#rob(victim);
      }
    }
  }

  #rob(victim: Magpie): void {
    if (victim.self.safe > 0) return;
    victim.self = { ...victim.self, dazed: DAZED, safe: SAFE };
    const lost = Math.min(LOOT, victim.score);
    victim.score -= lost;
    for (let gem = 0; gem < lost; gem += 1) this.#gems.push(this.#around(victim.self));
  }

  #gather(): void {
    for (const magpie of this.#present()) {
      if (magpie.self.dazed > 0) continue;
      const left = this.#gems.filter((gem) => distance(gem, magpie.self) > RADIUS + GEM_RADIUS);
      magpie.score += this.#gems.length - left.length;
      this.#gems = left;
    }
    while (this.#gems.length < GEMS) this.#gems.push(this.#somewhere());
  }

  /** The fox runs after the richest, and rests after each catch. */
  #hunt(): void {
    const prey = this.#present()
      .filter(({ score, self }) => score > 0 && self.safe === 0)
      .reduce<Magpie | undefined>(
        (most, one) => (most && most.score >= one.score ? most : one),
        undefined,
      );
    const isHungry = prey && this.#fox.tired === 0;
    const far = isHungry ? Math.max(1, distance(prey.self, this.#fox)) : 1;
    const share = FOX_ACCELERATION / ACCELERATION / far;
    const input = isHungry
      ? {
          x: (prey.self.x - this.#fox.x) * share,
          y: (prey.self.y - this.#fox.y) * share,
          dash: false,
        }
      : STILL;
    this.#fox = move(this.#fox, input);
    if (!isHungry || far > 2 * RADIUS) return;
    this.#rob(prey);
    this.#fox = { ...this.#fox, tired: SATED };
  }

  #somewhere(): { x: number; y: number } {
    const within = (size: number) => RADIUS + this.#random() * (size - 2 * RADIUS);
    return { x: within(FIELD.width), y: within(FIELD.height) };
  }

  /** Near somebody, and not in their reach. */
  #around({ x, y }: Body): { x: number; y: number } {
    const angle = this.#random() * 2 * Math.PI;
    const far = RADIUS * (2.5 + this.#random() * 2);
    const within = (at: number, size: number) => Math.min(Math.max(at, RADIUS), size - RADIUS);
    return {
      x: within(x + Math.cos(angle) * far, FIELD.width),
      y: within(y + Math.sin(angle) * far, FIELD.height),
    };
  }
}
