import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Body, type Game, RATE } from '../../../demo/game/netcode.js';
import { GameTable } from '../../support/game-table.js';

/** How far everybody goes in a tick. */
const STEP = 10;
const move = (self: Body, input: { x: number }): Body => ({ ...self, x: self.x + input.x * STEP });
const on = () => ({ x: 1 });

/** A game in which everybody goes to the right, for as long as they say so. */
class Line implements Game<Body, { names: unknown[] }> {
  readonly bodies = new Map<number, Body & { input: { x: number }; name: unknown }>();
  readonly #room: number;

  constructor(room = 8) {
    this.#room = room;
  }
  enter(): number | undefined {
    const id = [...Array(this.#room).keys()].find((place) => !this.bodies.has(place));
    if (id !== undefined) this.bodies.set(id, { id, x: 0, y: 0, input: { x: 0 }, name: '' });
    return id;
  }
  leave(id: number): void {
    this.bodies.delete(id);
  }
  rename(id: number, name: unknown): void {
    Object.assign(this.self(id), { name });
  }
  steer(id: number, input: unknown): void {
    Object.assign(this.self(id), { input: { x: Number(Object(input).x) || 0 } });
  }
  step(): void {
    for (const [id, body] of this.bodies)
      this.bodies.set(id, { ...body, ...move(body, body.input) });
  }
  self(id: number): Body {
    const body = this.bodies.get(id);
    if (!body) throw new Error(`Nobody has the place ${id}.`);
    return body;
  }
  scene() {
    const bodies = [...this.bodies.values()].map(({ id, x, y }) => ({ id, x, y }));
    return { bodies, rest: { names: [...this.bodies.values()].map(({ name }) => name) } };
  }
}

/** How far a body goes from one frame to the next, in parts of what it would go at an even speed. */
function pacesOf(table: GameTable, seconds: number, at: () => number | undefined): number[] {
  const paces: number[] = [];
  let before = at();
  table.play(seconds, () => {
    const now = at();
    if (before !== undefined && now !== undefined) paces.push((now - before) / (STEP / 2));
    before = now;
  });
  return paces;
}
const xOf = (scene: { bodies: readonly Body[] } | undefined, id: number | undefined) =>
  scene?.bodies.find((body) => body.id === id)?.x;

describe('the netcode of the demo’s game', () => {
  it('has 150 lines at most, without comments and empty ones', () => {
    const lines = readFileSync('demo/game/netcode.ts', 'utf8').split('\n');
    const code = lines.filter((line) => !/^\s*(\/\/|\/\*\*|\*|$)/.test(line));
    expect(code.length).toBeLessThanOrEqual(150);
  });

  it('shows a client the others at an even speed, at 100 ms and 2 % loss each way', () => {
    const table = new GameTable({ latency: 100, loss: 0.02 });
    const host = table.host(new Line(), on);
    const client = table.join('ann', move, () => ({ x: 0 }));
    table.play(3);
    const paces = pacesOf(table, 30, () => xOf(client.scene(), host.me()));
    expect(paces).toHaveLength(60 * 30);
    expect(Math.min(...paces)).toBeGreaterThan(0.7);
    expect(Math.max(...paces)).toBeLessThan(1.3);
  });

  it('shows them at an even speed with 30 ms of jitter, too', () => {
    const table = new GameTable({ latency: 100, loss: 0.02, jitter: 15 });
    const host = table.host(new Line(), on);
    const client = table.join('ann', move, () => ({ x: 0 }));
    table.play(3);
    const paces = pacesOf(table, 30, () => xOf(client.scene(), host.me()));
    expect(Math.min(...paces)).toBeGreaterThan(0.4);
    expect(Math.max(...paces)).toBeLessThan(1.8);
  });

  it('shows a client its own player at once, at an even speed, and mends what it foresaw wrongly', () => {
    const table = new GameTable({ latency: 100, loss: 0.02 });
    const game = new Line();
    table.host(game);
    let x = 0;
    const client = table.join('ann', move, () => ({ x }));
    table.play(3);
    const start = xOf(client.scene(), client.me()) ?? Number.NaN;
    x = 1;
    table.play(0.2);
    // The host knows of it 200 ms later, and the client of that after 200 ms more.
    expect(xOf(client.scene(), client.me())).toBeGreaterThan(start + 2 * STEP);
    const paces = pacesOf(table, 20, () => xOf(client.scene(), client.me()));
    expect(Math.min(...paces)).toBeGreaterThan(0.3);
    expect(Math.max(...paces)).toBeLessThan(1.7);
    x = 0;
    table.play(3);
    expect(xOf(client.scene(), client.me())).toBeCloseTo(game.self(client.me() ?? -1).x, 0);
  });

  it('fades a correction: nobody sees their own player jump', () => {
    const table = new GameTable({ latency: 50 });
    const game = new Line();
    table.host(game);
    const client = table.join('ann', move, () => ({ x: 0 }));
    table.play(3);
    const me = client.me() ?? -1;
    game.bodies.set(me, { ...game.self(me), x: 100, input: { x: 0 }, name: '' });
    const paces = pacesOf(table, 2, () => xOf(client.scene(), me));
    expect(Math.max(...paces) * (STEP / 2)).toBeLessThan(20);
    expect(xOf(client.scene(), me)).toBeCloseTo(100, 0);
  });

  it('lets somebody in who comes late, and disturbs nobody by it', () => {
    const table = new GameTable({ latency: 100, loss: 0.02 });
    const host = table.host(new Line(), on);
    const client = table.join('ann', move, () => ({ x: 0 }));
    table.play(3);
    const late = table.join('bob', move, () => ({ x: 0 }));
    const paces = pacesOf(table, 5, () => xOf(client.scene(), host.me()));
    expect(Math.min(...paces)).toBeGreaterThan(0.7);
    expect([client.me(), late.me()]).toEqual([1, 2]);
    expect(client.scene()?.rest).toEqual({ names: ['', 'ann', 'bob'] });
    expect(xOf(late.scene(), host.me())).toBeCloseTo(
      xOf(client.scene(), host.me()) ?? Number.NaN,
      0,
    );
  });

  it('takes out who leaves, who is kicked and who falls silent, and disturbs nobody by it', () => {
    const table = new GameTable({ latency: 100, loss: 0.02 });
    const game = new Line();
    const host = table.host(game, on);
    const client = table.join('ann', move, () => ({ x: 0 }));
    for (const name of ['kicked', 'silent']) table.join(name, move, () => ({ x: 0 }));
    table.play(3);
    expect(game.bodies.size).toBe(4);
    table.seated.delete('kicked');
    table.vanish('silent');
    const paces = pacesOf(table, 6, () => xOf(client.scene(), host.me()));
    expect(Math.min(...paces)).toBeGreaterThan(0.7);
    expect([...game.bodies.values()].map(({ name }) => name)).toEqual(['', 'ann']);
    // Who was kicked goes on saying hello.
    expect(client.scene()?.bodies).toHaveLength(2);
  });

  it('tells the ninth that it is full, and lets them in when somebody leaves', () => {
    const table = new GameTable();
    table.host(new Line());
    const clients = [...Array(8).keys()].map((index) =>
      table.join(`player-${index}`, move, () => ({ x: 0 })),
    );
    table.play(1);
    expect(clients.map(({ me }) => me())).toEqual([1, 2, 3, 4, 5, 6, 7, undefined]);
    expect(clients.map(({ isFull }) => isFull())).toEqual([...Array(7).fill(false), true]);
    table.seated.delete('player-3');
    table.play(1);
    expect([clients[7]?.me(), clients[7]?.isFull()]).toEqual([4, false]);
  });

  it('gives a player who comes by another connection the place that they had', () => {
    const table = new GameTable();
    const game = new Line();
    table.host(game);
    const first = table.join('ann', move, on);
    table.play(1);
    table.vanish('ann');
    table.play(1.5);
    const x = game.self(1).x;
    const again = table.join('ann', move, () => ({ x: 0 }));
    table.play(1);
    expect([first.me(), again.me()]).toEqual([1, 1]);
    expect(game.self(1).x).toBeGreaterThanOrEqual(x);
    expect(game.bodies.size).toBe(2);
  });

  it('gives nobody the place of somebody who is there', () => {
    const table = new GameTable();
    const game = new Line();
    const host = table.host(game);
    table.join('ann', move, () => ({ x: 0 }));
    table.play(1);
    const liar = 99;
    for (let time = 0; time < 20; time += 1) {
      table.say(liar, '{"hello":"ann","name":"liar","seq":1}');
      table.say(liar, '{"seq":9,"input":{"x":1}}');
      table.play(0.1);
    }
    expect(game.scene().rest.names).toEqual(['', 'ann']);
    expect(game.self(1).x).toBe(0);
    expect(host.playerIn(1)).toBe('ann');
  });

  it('goes on after a reload: of a client, whose count begins anew, and of the host, whose clock does', () => {
    const table = new GameTable({ latency: 50 });
    table.host(new Line(), on);
    const client = table.join('ann', move, () => ({ x: 0 }));
    table.play(10);
    const reloaded = table.join('ann', move, on, client.connection);
    table.play(2);
    const x = xOf(reloaded.scene(), 1) ?? 0;
    expect(x).toBeGreaterThan(STEP * RATE);
    const game = new Line();
    table.host(game, on);
    table.play(2);
    expect(reloaded.me()).toBe(1);
    expect(game.self(1).x).toBeGreaterThan(STEP * RATE);
    const paces = pacesOf(table, 2, () => xOf(reloaded.scene(), 0));
    expect(Math.min(...paces)).toBeGreaterThan(0.7);
  });

  it('is not disturbed by datagrams that make no sense', () => {
    const table = new GameTable();
    const game = new Line();
    table.host(game, on);
    const client = table.join('ann', move, () => ({ x: 0 }));
    table.play(1);
    for (const nonsense of [
      '',
      'x',
      'null',
      '7',
      '[]',
      '{"hello":{}}',
      '{"seq":{}}',
      '{"hello":"?"}',
      '{"seq":1e999}',
    ]) {
      table.say(client.connection, nonsense);
      table.say(77, nonsense);
    }
    table.play(1);
    expect(game.bodies.size).toBe(2);
    expect(client.scene()?.bodies).toHaveLength(2);
  });

  it('stops a player whose host says nothing for two seconds, and goes on with it', () => {
    const table = new GameTable({ latency: 50 });
    table.host(new Line());
    const client = table.join('ann', move, on);
    table.play(2);
    const mine = () => xOf(client.scene(), client.me()) ?? Number.NaN;
    table.silence(true);
    table.play(2.5);
    const stopped = mine();
    table.play(2);
    expect(mine()).toBeCloseTo(stopped, 0);
    table.silence(false);
    table.play(2);
    expect(mine()).toBeGreaterThan(stopped + STEP);
  });

  it('knows how long the host has said nothing', () => {
    const table = new GameTable();
    table.host(new Line());
    const client = table.join('ann', move, () => ({ x: 0 }));
    table.play(1);
    expect(client.silence()).toBeLessThan(50);
    table.clock.advance(3_000);
    expect(client.silence()).toBeGreaterThanOrEqual(3_000);
  });
});
