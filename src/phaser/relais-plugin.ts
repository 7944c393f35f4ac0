import type { RelayChannel } from '../channel/relay-channel.js';
import { systemClock } from '../common/clock.js';
import type { ListenerOf } from '../common/registrations.js';
import { RelayError } from '../common/relay-error.js';
import type { RelayConnectionEvents } from '../connection/events.js';
import { RelayConnection } from '../connection/relay-connection.js';
import { MatchChannel } from './match-channel.js';
import type { PhaserGame, PhaserPluginManager, PhaserScene } from './phaser-types.js';
import type { PluginEmission, RelaisPluginEvents } from './plugin-events.js';
import { type RelaisPluginData, takeApart } from './plugin-options.js';
import { SceneListeners } from './scene-listeners.js';
import { StepQueue } from './step-queue.js';

const CONNECTION_EVENTS: readonly (keyof RelayConnectionEvents)[] = [
  'state',
  'session',
  'ready',
  'linked',
  'open',
  'retrying',
  'error',
  'close',
];

/** Unhooks what was hooked. */
type Unhook = () => void;

/**
 * A global plugin for Phaser 3.60 and newer, and 4. All scenes share its connection and channel. What happens is told
 * in the game's step, never between two frames, and never to a scene that is over. When the game is destroyed, the
 * match is left.
 *
 * Put into the game's configuration by {@link relaisPlugin}.
 *
 * @example
 * ```ts
 * import { Scene } from 'phaser';
 * import { type RelaisPlugin } from 'relais/phaser';
 *
 * class LobbyScene extends Scene {
 *   declare readonly relais: RelaisPlugin;
 *
 *   create() {
 *     this.relais.on('channel', () => this.scene.start('match'), this);
 *     this.relais.relay.create();
 *   }
 * }
 * ```
 */
export class RelaisPlugin {
  readonly #game: PhaserGame;
  readonly #listeners = new SceneListeners();
  #queue = new StepQueue(systemClock);
  #relay: RelayConnection | undefined;
  #match: MatchChannel | undefined;
  #hooks: readonly Unhook[] = [];

  /** @internal Phaser makes it. */
  constructor(pluginManager: PhaserPluginManager) {
    this.#game = pluginManager.game;
  }

  /**
   * The connection, by which scenes create, join, leave and read. Its own events come when they come: listen to the
   * plugin's instead.
   *
   * @throws {RelayError} `invalid-state` before Phaser has given the plugin its data.
   * @example if (plugin.relay.state === 'idle') plugin.relay.create();
   */
  get relay(): RelayConnection {
    if (this.#relay) return this.#relay;
    throw new RelayError('invalid-state', 'The game has not started the plugin yet.');
  }

  /**
   * The match's channel, while it is open or comes back.
   *
   * @example plugin.channel?.send(Uint8Array.of(1, 2, 3));
   */
  get channel(): RelayChannel | undefined {
    return this.#match?.channel;
  }

  /**
   * How many datagrams were dropped because they waited for a step for more than 250 ms.
   *
   * @example console.log(plugin.droppedDatagrams);
   */
  get droppedDatagrams(): number {
    return this.#queue.dropped;
  }

  /**
   * Listens to an event until the scene is shut down or destroyed.
   *
   * @param scene - Whose listener it is, and its `this`.
   * @example plugin.on('datagram', (bytes) => console.log(bytes.byteLength), scene);
   */
  on<TName extends keyof RelaisPluginEvents>(
    event: TName,
    listener: ListenerOf<RelaisPluginEvents, TName>,
    scene: PhaserScene,
  ): this {
    return this.#add(event, listener, scene, false);
  }

  /**
   * Listens to an event until it has come once, or the scene is shut down or destroyed.
   *
   * @param scene - Whose listener it is, and its `this`.
   * @example plugin.once('channel', () => console.log('the match begins'), scene);
   */
  once<TName extends keyof RelaisPluginEvents>(
    event: TName,
    listener: ListenerOf<RelaisPluginEvents, TName>,
    scene: PhaserScene,
  ): this {
    return this.#add(event, listener, scene, true);
  }

  /**
   * Listens to an event no longer.
   *
   * @param listener - The one that was given to `on` or `once`.
   * @param scene - The scene that was given with it.
   * @example
   * ```ts
   * const show = () => console.log(plugin.relay.players.length);
   * plugin.on('session', show, scene);
   * plugin.off('session', show, scene);
   * ```
   */
  off<TName extends keyof RelaisPluginEvents>(
    event: TName,
    listener: ListenerOf<RelaisPluginEvents, TName>,
    scene: PhaserScene,
  ): this {
    this.#listeners.remove(
      (each) => each.event === event && each.listener === listener && each.scene === scene,
    );
    return this;
  }

  /**
   * @internal Phaser calls it, once and first.
   * @throws {RelayError} `invalid-option`, `invalid-url`.
   */
  init(data: RelaisPluginData | null | undefined): void {
    const { channel, connection, proxyUrl } = takeApart(data);
    const relay = new RelayConnection(proxyUrl, connection);
    this.#queue = new StepQueue(connection.clock ?? systemClock);
    this.#relay = relay;
    this.#match = channel && new MatchChannel(relay, channel, (emission) => this.#tell(emission));
  }

  /** @internal Phaser calls it. */
  start(): void {
    this.#unhook();
    const { relay } = this;
    const { events } = this.#game;
    const step = () => this.#step();
    events.on('step', step);
    this.#hooks = [
      () => events.off('step', step),
      ...CONNECTION_EVENTS.map((name) => this.#followConnection(relay, name)),
    ];
  }

  /**
   * Phaser calls it, for `game.plugins.stop('relais')` for instance: leaves the match. Nothing is told any more until
   * the plugin is started again.
   *
   * @example plugin.stop();
   */
  stop(): void {
    this.#unhook();
    this.#match?.end();
    this.#relay?.leave();
    this.#queue.clear();
  }

  /** @internal Phaser calls it when the game is destroyed. */
  destroy(): void {
    this.stop();
    this.#listeners.clear();
  }

  #add<TName extends keyof RelaisPluginEvents>(
    event: TName,
    listener: ListenerOf<RelaisPluginEvents, TName>,
    scene: PhaserScene,
    isOnce: boolean,
  ): this {
    // The event's name says what the listener is called with.
    const anyListener = listener as ListenerOf<RelaisPluginEvents, keyof RelaisPluginEvents>;
    this.#listeners.add({ event, listener: anyListener, scene, isOnce });
    return this;
  }

  #followConnection(relay: RelayConnection, name: keyof RelayConnectionEvents): Unhook {
    const hear = (...payload: RelayConnectionEvents[keyof RelayConnectionEvents]) => {
      this.#tell({ name, payload } as PluginEmission);
      if (name === 'open') this.#match?.open();
      if (name === 'close') this.#match?.end();
    };
    relay.on(name, hear);
    return () => relay.off(name, hear);
  }

  #tell(emission: PluginEmission): void {
    if (this.#hooks.length > 0) this.#queue.add(emission);
  }

  #step(): void {
    for (const emission of this.#queue.take()) {
      // A listener may have stopped the plugin.
      if (this.#hooks.length > 0) this.#listeners.fire(emission);
    }
  }

  #unhook(): void {
    for (const unhook of this.#hooks) unhook();
    this.#hooks = [];
  }
}
