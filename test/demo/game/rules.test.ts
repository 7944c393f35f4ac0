import { describe, expect, it } from 'vitest';
import { FIELD, move, RADIUS, type Self, STILL, standing } from '../../../demo/game/bodies.js';
import { RATE } from '../../../demo/game/netcode.js';
import { FOX, Magpies, MOST_PLAYERS, PAUSE, ROUND } from '../../../demo/game/rules.js';
import { seededRandom } from '../../../src/simulator/sessions/seeded-random.js';
import { GameTable } from '../../support/game-table.js';

const play = (game: Magpies, seconds: number, steer: () => void = () => {}) => {
  for (let tick = 0; tick < seconds * RATE; tick += 1) {
    steer();
    game.step();
  }
};
/** Sends a player to a point. */
const flyTo = (game: Magpies, id: number, to: { x: number; y: number }, dash = false) => {
  const { x, y } = game.self(id);
  game.steer(id, { x: to.x - x, y: to.y - y, dash });
};

describe('the rules of Magpies', () => {
  it('give a point for each gem, and lay out others', () => {
    const game = new Magpies(seededRandom(3));
    game.enter();
    play(game, 1);
    const before = game.scene().rest.gems;
    let most = 0;
    play(game, 4, () => {
      const { gems, scores } = game.scene().rest;
      flyTo(game, 0, { x: gems[0] ?? 0, y: gems[1] ?? 0 });
      most = Math.max(most, scores[0] ?? 0);
      expect(gems.length).toBeGreaterThanOrEqual(before.length);
    });
    expect(most).toBeGreaterThan(0);
  });

  it('make who is hit by a dash drop three gems, and daze them for a moment', () => {
    const game = new Magpies(seededRandom(4));
    const [a = 0, b = 1] = [game.enter(), game.enter()];
    let most = 0;
    let lost = 0;
    play(game, 50, () => {
      const { gems, scores, dazed } = game.scene().rest;
      flyTo(game, a, { x: gems[0] ?? 0, y: gems[1] ?? 0 });
      // The other one only hunts.
      flyTo(game, b, game.self(a), true);
      if (dazed.includes(a)) lost = Math.max(lost, most - (scores[a] ?? 0));
      else most = scores[a] ?? 0;
    });
    expect(lost).toBe(3);
  });

  it('send the fox after who has most', () => {
    const game = new Magpies(seededRandom(5));
    game.enter();
    let isCaught = false;
    play(game, 40, () => {
      const { gems, dazed } = game.scene().rest;
      if (game.scene().rest.scores[0] === 0) flyTo(game, 0, { x: gems[0] ?? 0, y: gems[1] ?? 0 });
      else game.steer(0, STILL);
      isCaught ||= dazed.includes(0);
    });
    expect(isCaught).toBe(true);
    expect(game.scene().bodies.at(-1)?.id).toBe(FOX);
  });

  it('end a round after a minute, and begin another one at nothing', () => {
    const game = new Magpies(seededRandom(6));
    game.enter();
    const steer = () => {
      const { gems } = game.scene().rest;
      flyTo(game, 0, { x: gems[0] ?? 0, y: gems[1] ?? 0 });
    };
    play(game, ROUND - 1, steer);
    expect(game.scene().rest).toMatchObject({ isOver: false, left: 1 });
    play(game, 1, steer);
    const { isOver, scores } = game.scene().rest;
    expect(isOver).toBe(true);
    expect(scores[0]).toBeGreaterThan(0);
    play(game, PAUSE);
    expect(game.scene().rest).toMatchObject({ isOver: false, left: ROUND });
    expect(game.scene().rest.scores[0]).toBe(0);
  });

  it('let nobody out of the field, and nobody fly faster than the others', () => {
    let self: Self = standing(0, 100, 100);
    const game = new Magpies(seededRandom(7));
    game.enter();
    for (const [x, y] of [
      [9e99, 1],
      [-1, -9],
      [Number.NaN, 1],
      [0, 1e308],
    ] as const) {
      game.steer(0, { x, y, dash: true });
      play(game, 2);
      self = game.self(0);
      expect(self.x).toBeGreaterThanOrEqual(RADIUS);
      expect(self.x).toBeLessThanOrEqual(FIELD.width - RADIUS);
      expect(self.y).toBeLessThanOrEqual(FIELD.height - RADIUS);
    }
    const fair = move(standing(0, 400, 300), { x: 1, y: 0, dash: false });
    game.leave(0);
    game.enter();
    const before = game.self(0);
    game.steer(0, { x: 1_000, y: 0 });
    game.step();
    expect(game.self(0).x - before.x).toBeCloseTo(fair.x - 400, 0);
  });

  it('take no name that is too long, invisible or no name', () => {
    const game = new Magpies();
    game.enter();
    const called = (name: unknown) => {
      game.rename(0, name);
      return game.scene().rest.names[0];
    };
    expect(called('  Anna-Katharina Maria ')).toBe('Anna-Kathar');
    expect(called('\u202e\u0000 \u200b')).toBe('Robin');
    expect(called({})).toBe('Robin');
    expect(called('🦊'.repeat(40))).toBe('🦊'.repeat(12));
  });

  it('fit into a datagram with eight players whose names take most bytes', () => {
    const table = new GameTable();
    const game = new Magpies(seededRandom(8));
    table.host(game);
    for (let player = 1; player < MOST_PLAYERS; player += 1)
      table.join(`guest-${player}`, move, () => ({ x: 1, y: player / 8, dash: true }));
    table.play(2, () => {
      for (let player = 0; player < MOST_PLAYERS; player += 1) game.rename(player, '🦊'.repeat(12));
    });
    expect(table.longest).toBeGreaterThan(600);
    expect(table.longest).toBeLessThanOrEqual(1_187);
  });
});
