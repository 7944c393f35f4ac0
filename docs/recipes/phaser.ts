// Squares with Phaser 3.60 or newer, or 4: each player moves their own with the arrow keys, and sees those of the
// others. One scene hosts a match, or joins the one whose code it is started with:
//
//   const game = new Game({ width: 320, height: 200, scene: MatchScene, plugins: { global: [relais] } });
//   game.scene.start('match', { code: 'K7QDRMBH' });
import { type GameObjects, Scene, type Types } from 'phaser';
import { type RelaisPlugin, relaisPlugin } from 'relais/phaser';

/** Pixels in a millisecond. */
const SPEED = 0.15;
/** Time between two datagrams, in milliseconds: 30 a second. What is between them is drawn by easing. */
const TICK = 33;
/** Whoever is silent for so long is gone, in milliseconds. */
const GONE_AFTER = 2_000;
/** The host's number. The others have their connection ids, which are never negative. */
const HOST = -1;

/** The match's way into the game. */
export const relais = relaisPlugin({ proxyUrl: 'https://studio.example/relay', via: 'gateway' });

/** Another player: their square, where it was last said to be, and when. */
interface Other {
  readonly square: GameObjects.Rectangle;
  x: number;
  y: number;
  heardAt: number;
}

export class MatchScene extends Scene {
  declare readonly relais: RelaisPlugin;
  #me: GameObjects.Rectangle | undefined;
  #keys: Types.Input.Keyboard.CursorKeys | undefined;
  #others = new Map<number, Other>();

  constructor() {
    super('match');
  }

  create({ code }: { readonly code?: string }): void {
    const text = this.add.text(8, 180, 'Looking for a relay …');
    this.#me = this.add.rectangle(40, 40, 24, 24, 0x00bfff);
    this.#keys = this.input.keyboard?.createCursorKeys();
    this.#others = new Map();
    const { relais } = this;
    // The scene's listeners hear in the game's step, and go with the scene.
    relais.on('error', ({ message }) => text.setText(message), this);
    relais.on('channel-error', ({ message }) => text.setText(message), this);
    relais.on('channel', () => text.setText(`Join with ${relais.relay.joinCode}`), this);
    relais.once('open', ({ role }) => this.#me?.setY(role === 'server' ? 40 : 120), this);
    relais.on('datagram', this.#hear, this);
    relais.on('close', (reason) => text.setText(`The match is over: ${reason}`), this);
    this.time.addEvent({ delay: TICK, loop: true, callback: () => this.#tellAll() });
    if (code) relais.relay.join(code);
    else relais.relay.create();
  }

  override update(_time: number, delta: number): void {
    const { left, right, up, down } = this.#keys ?? {};
    if (this.#me) {
      this.#me.x += (Number(right?.isDown) - Number(left?.isDown)) * SPEED * delta;
      this.#me.y += (Number(down?.isDown) - Number(up?.isDown)) * SPEED * delta;
    }
    // Most of the way within a tenth of a second, however many frames that takes.
    const ease = 1 - Math.exp(-delta / 50);
    for (const [id, { square, x, y, heardAt }] of this.#others) {
      square.x += (x - square.x) * ease;
      square.y += (y - square.y) * ease;
      if (performance.now() - heardAt < GONE_AFTER) continue;
      square.destroy();
      this.#others.delete(id);
    }
  }

  /**
   * A datagram has a number, x and y for each player that it tells of. A client tells of themselves, and the host knows
   * them by the connection id. The host tells each client of all the others.
   */
  #hear(bytes: Uint8Array, connectionId: number | undefined): void {
    // Anybody in the match may send anything.
    if (bytes.byteLength % 24 !== 0) return;
    const told = new Float64Array(new Uint8Array(bytes).buffer);
    for (let at = 0; at < told.length; at += 3) {
      const [number = 0, x = 0, y = 0] = told.subarray(at);
      const id = connectionId ?? number;
      const square = this.#others.get(id)?.square ?? this.add.rectangle(x, y, 24, 24, 0xffa500);
      this.#others.set(id, { square, x, y, heardAt: performance.now() });
    }
  }

  #tellAll(): void {
    if (this.relais.relay.role === 'client') this.#tell();
    else for (const client of this.#others.keys()) this.#tell(client);
  }

  #tell(client?: number): void {
    const told = [HOST, this.#me?.x ?? 0, this.#me?.y ?? 0];
    for (const [id, { x, y }] of this.#others) {
      if (client !== undefined && id !== client) told.push(id, x, y);
    }
    this.relais.channel?.send(Float64Array.from(told), client);
  }
}
