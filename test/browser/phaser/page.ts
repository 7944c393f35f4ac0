import { CANVAS, Game, Scene } from 'phaser';
import { type RelaisPlugin, type RelaisPluginEvents, relaisPlugin } from 'relais/phaser';

/** What a scene heard: the event, what the game was doing, and how the scene was. */
export interface Told {
  readonly name: string;
  readonly scene: string;
  /** Whether it came in the game's step, before the scenes were updated. */
  readonly isInStep: boolean;
}

/** What a test finds on the page of a game that has the plugin. */
export interface PhaserPage {
  /** Starts a game. The page can have several, one after the other or at once. */
  start(): void;
  readonly games: readonly Game[];
  readonly told: Told[];
  /** The newest game's plugin. */
  plugin(): RelaisPlugin;
  /** The scenes of the newest game. */
  scene(key: 'lobby' | 'other'): ListeningScene;
}

const EVENTS: readonly (keyof RelaisPluginEvents)[] = [
  'state',
  'session',
  'open',
  'close',
  'channel',
  'channel-state',
  'channel-close',
  'datagram',
];

const told: Told[] = [];
const games: Game[] = [];
let isInStep = false;

class ListeningScene extends Scene {
  declare readonly relais: RelaisPlugin;

  create(): void {
    for (const name of EVENTS) {
      this.relais.on(name, () => told.push({ name, scene: this.sys.settings.key, isInStep }), this);
    }
  }
}

function start(): void {
  const scenes = ['lobby', 'other'].map((key) => new ListeningScene({ key, active: true }));
  const game = new Game({
    type: CANVAS,
    width: 64,
    height: 64,
    scene: scenes,
    plugins: {
      global: [relaisPlugin({ proxyUrl: 'https://studio.example/relay', via: 'gateway' })],
    },
  });
  games.push(game);
  game.events.on('prestep', () => {
    isInStep = true;
  });
  // The scenes are updated after all listeners to `step`.
  const { update } = game.scene;
  game.scene.update = (...time) => {
    isInStep = false;
    update.apply(game.scene, time);
  };
}

const scene = (key: string) => games.at(-1)?.scene.getScene(key) as ListeningScene;

Object.assign(globalThis, {
  page: { start, games, told, scene, plugin: () => scene('lobby').relais } satisfies PhaserPage,
});
