import { EventEmitter } from 'eventemitter3';
import type { RelaisPlugin } from '../../src/phaser/index.js';
import type { RelaisPluginItem } from '../../src/phaser/relais-plugin-item.js';

/** A scene of a stand-in game: Phaser's emitter is eventemitter3, too. */
export class StandInScene {
  readonly sys = { events: new EventEmitter(), settings: { status: 5 } };
  readonly told: unknown[][] = [];

  /** As Phaser does when another scene takes over. */
  shutDown(): void {
    this.sys.settings.status = 8;
    this.sys.events.emit('shutdown');
  }

  /** Starts again after it was shut down. */
  restart(): void {
    this.sys.settings.status = 2;
  }
}

/** A game whose steps a test takes: what Phaser does with a global plugin, without Phaser. */
export class StandInGame {
  readonly events = new EventEmitter();
  readonly plugin: RelaisPlugin;

  constructor({ plugin: Plugin, data }: RelaisPluginItem) {
    this.plugin = new Plugin({ game: this });
    this.plugin.init(data);
    this.plugin.start();
  }

  step(): void {
    this.events.emit('step');
  }

  destroy(): void {
    this.plugin.destroy();
    this.events.removeAllListeners();
  }
}
