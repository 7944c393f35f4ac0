// Cubes with PlayCanvas: each player moves their own with the arrow keys, and sees those of the others. Add the script
// to an entity, and set its `code` where a match is to be joined instead of hosted:
//
//   entity.addComponent('script');
//   entity.script.create(MatchScript, { properties: { code: 'K7QDRMBH' } });
import { Color, Entity, Script, StandardMaterial, Vec3 } from 'playcanvas';
import { openChannel, type RelayChannel, RelayConnection } from 'relais';

/** Metres in a second. */
const SPEED = 3;
/** Time between two datagrams, in milliseconds: 30 a second. What is between them is drawn by easing. */
const TICK = 33;
/** Whoever is silent for so long is gone, in milliseconds. */
const GONE_AFTER = 2_000;
/** The host's number. The others have their connection ids, which are never negative. */
const HOST = -1;

/** Where a player was last said to be, and when. */
interface Said {
  readonly x: number;
  readonly y: number;
  readonly heardAt: number;
}

/** Says where this player is until the channel is closed. @returns where the others are, by their numbers. */
function exchange(relay: RelayConnection, channel: RelayChannel, me: { x: number; y: number }) {
  const others = new Map<number, Said>();
  // A datagram has a number, x and y for each player that it tells of. A client tells of themselves, and the host knows
  // them by the connection id. The host tells each client of all the others.
  channel.on('datagram', (bytes, connectionId) => {
    // Anybody in the match may send anything.
    if (bytes.byteLength % 24 !== 0) return;
    const told = new Float64Array(new Uint8Array(bytes).buffer);
    for (let at = 0; at < told.length; at += 3) {
      const [id = 0, x = 0, y = 0] = told.subarray(at);
      others.set(connectionId ?? id, { x, y, heardAt: performance.now() });
    }
  });
  const tell = (client?: number) => {
    const told = [HOST, me.x, me.y];
    if (client === undefined) return channel.send(Float64Array.from(told));
    for (const [id, { x, y }] of others) if (id !== client) told.push(id, x, y);
    return channel.send(Float64Array.from(told), client);
  };
  const ticks = setInterval(() => {
    for (const [id, { heardAt }] of others) {
      if (performance.now() - heardAt > GONE_AFTER) others.delete(id);
    }
    if (relay.role === 'client') tell();
    else for (const client of others.keys()) tell(client);
  }, TICK);
  channel.once('close', () => clearInterval(ticks));
  return others;
}

/** Listens to the keyboard. @returns what tells whether the one or the other key is held: -1, 0 or 1. */
function watchKeys() {
  const held = new Set<string>();
  addEventListener('keydown', ({ key }) => held.add(key));
  addEventListener('keyup', ({ key }) => held.delete(key));
  return (back: string, forth: string) => Number(held.has(forth)) - Number(held.has(back));
}

export class MatchScript extends Script {
  static override scriptName = 'match';

  /** @attribute */
  code = '';

  readonly relay = new RelayConnection('https://studio.example/relay', { via: 'gateway' });
  readonly #axis = watchKeys();
  readonly #cubes = new Map<number, Entity>();
  #others: ReadonlyMap<number, Said> = new Map();
  #me: Entity | undefined;

  initialize(): void {
    this.#me = this.#addCube(Color.CYAN, new Vec3(-2, 0, 0));
    this.once('destroy', () => this.relay.leave());
    this.#join(this.#me).catch(({ message }) => this.#show(message));
  }

  update(delta: number): void {
    this.#me?.translate(
      this.#axis('ArrowLeft', 'ArrowRight') * SPEED * delta,
      this.#axis('ArrowDown', 'ArrowUp') * SPEED * delta,
      0,
    );
    // Most of the way within a tenth of a second, however many frames that takes.
    const ease = 1 - Math.exp(-delta / 0.05);
    for (const [id, { x, y }] of this.#others) {
      const to = new Vec3(x, y, 0);
      const cube = this.#cubes.get(id) ?? this.#addCube(Color.YELLOW, to);
      this.#cubes.set(id, cube);
      cube.setPosition(to.lerp(cube.getPosition(), to, ease));
    }
    for (const [id, cube] of this.#cubes) {
      if (this.#others.has(id)) continue;
      cube.destroy();
      this.#cubes.delete(id);
    }
  }

  async #join(me: Entity): Promise<void> {
    const { code, relay } = this;
    await (code ? relay.join(code) : relay.create());
    me.setPosition(-2, relay.role === 'server' ? 1 : -1, 0);
    const channel = await openChannel(relay);
    this.#show(`Join with ${relay.joinCode}`);
    this.#others = exchange(relay, channel, {
      get x() {
        return me.getPosition().x;
      },
      get y() {
        return me.getPosition().y;
      },
    });
    channel.on('close', (reason) => this.#show(`The match is over: ${reason}`));
  }

  /** For other scripts: `app.on('match:text', (text) => …)`. */
  #show(text: string): void {
    this.app.fire('match:text', text);
  }

  #addCube(color: Color, at: Vec3): Entity {
    const material = new StandardMaterial();
    material.emissive = color;
    material.useLighting = false;
    material.update();
    const cube = new Entity('player');
    cube.addComponent('render', { type: 'box', material });
    cube.setPosition(at);
    this.app.root.addChild(cube);
    return cube;
  }
}
