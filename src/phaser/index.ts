/**
 * `relais/phaser`: a match on the clock of a Phaser game.
 *
 * @module relais/phaser
 */

export type { RelayConnection } from '../connection/relay-connection.js';
export type {
  PhaserEmitter,
  PhaserGame,
  PhaserPluginManager,
  PhaserScene,
} from './phaser-types.js';
export type { RelaisPluginEvents } from './plugin-events.js';
export type {
  PluginChannelOptions,
  RelaisPluginData,
  RelaisPluginOptions,
} from './plugin-options.js';
export { RelaisPlugin } from './relais-plugin.js';
export {
  type RelaisPluginClass,
  type RelaisPluginItem,
  relaisPlugin,
} from './relais-plugin-item.js';
