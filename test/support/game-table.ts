import { type Game, hostGame, joinGame, RATE } from '../../demo/game/netcode.js';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { Network, type NetworkPath } from '../../src/simulator/relay/network.js';
import type { NetworkConditions } from '../../src/simulator/relay/network-conditions.js';
import { seededRandom } from '../../src/simulator/sessions/seeded-random.js';
import { noStats } from '../../src/simulator/stats.js';
import { FakeClock } from './fake-clock.js';

type Listener = (bytes: Uint8Array, from?: number) => void;

/** A frame of the screen, in milliseconds: half a tick of the game. */
const FRAME = 1_000 / RATE / 2;

/** Players of the demo's netcode, with the simulator's network between them and a clock that the test moves. */
export class GameTable {
  readonly clock = new FakeClock();
  /** The ids of the players who have a seat as a client. */
  readonly seated = new Set<string>();
  /** How many bytes the longest datagram had. */
  longest = 0;
  readonly #network: Network;
  readonly #toClients = new Map<number, Listener>();
  #hear: Listener = () => {};
  #tick: () => void = () => {};
  readonly #clients = new Map<string, () => void>();
  #connections = 0;
  #frames = 0;
  #isSilent = false;

  constructor(conditions: Partial<NetworkConditions> = {}) {
    let seed = 1;
    this.#network = new Network({
      clock: this.clock,
      lost: noStats().relay.lost,
      newRandom: () => seededRandom(seed++),
    });
    this.#network.conditions = { loss: 0, latency: 0, jitter: 0, ...conditions };
  }

  get now(): () => number {
    return () => this.clock.monotonic();
  }

  /** Hosts a game. A second host is the first one's page, loaded anew. */
  host<Self, Rest>(game: Game<Self, Rest>, input: () => unknown = () => ({})) {
    const [away, on] = [this.#path('toRelay'), this.#path('fromRelay')];
    const channel = {
      on: (_event: string, listener: Listener) => {
        this.#hear = listener;
      },
      send: (bytes: Uint8Array, id: number) =>
        this.#carry(bytes, away, on, () => this.#toClients.get(id)?.(bytes)),
    } as unknown as RelayChannel;
    const hosting = hostGame(channel, game, (id) => this.seated.has(id), this.now);
    this.#tick = () => hosting.tick('', input());
    return hosting;
  }

  /** Joins as somebody, on a connection of their own, or on the one that they had. */
  join<Input, Self extends { id: number; x: number; y: number }, Rest>(
    playerId: string,
    move: (self: Self, input: Input) => Self,
    input: () => Input,
    connection = ++this.#connections,
  ) {
    this.seated.add(playerId);
    const [away, on] = [this.#path('toRelay'), this.#path('fromRelay')];
    const channel = {
      on: (_event: string, listener: Listener) => this.#toClients.set(connection, listener),
      send: (bytes: Uint8Array) =>
        this.#carry(bytes, away, on, () => this.#hear(bytes, connection)),
    } as unknown as RelayChannel;
    const joining = joinGame<Input, Self, Rest>(channel, playerId, move, this.now);
    this.#clients.set(playerId, () => joining.tick(playerId, input()));
    return { ...joining, connection };
  }

  /** Whether the host's page stands still. */
  silence(isSilent: boolean): void {
    this.#isSilent = isSilent;
  }

  /** A player's page says nothing any more. */
  vanish(playerId: string): void {
    this.#clients.delete(playerId);
  }

  /** Whatever somebody sends to the host. */
  say(connection: number, message: string): void {
    this.#hear(new TextEncoder().encode(message), connection);
  }

  /** Plays for a while, and calls back at each frame of a screen with 60 of them a second. */
  play(seconds: number, onFrame: () => void = () => {}): void {
    for (let frame = 0; frame < seconds * 2 * RATE; frame += 1) {
      this.clock.advance(FRAME);
      this.#frames += 1;
      if (this.#frames % 2 === 0) {
        if (!this.#isSilent) this.#tick();
      } else for (const tick of this.#clients.values()) tick();
      onFrame();
    }
  }

  #path(direction: 'toRelay' | 'fromRelay'): NetworkPath {
    return this.#network.openPath(direction);
  }

  /** To the relay, and on from it. */
  #carry(bytes: Uint8Array, away: NetworkPath, on: NetworkPath, arrive: () => void): void {
    this.longest = Math.max(this.longest, bytes.length);
    away.carry(() => on.carry(arrive));
  }
}
