import type { PhaserPluginManager } from './phaser-types.js';
import type { RelaisPluginData, RelaisPluginOptions } from './plugin-options.js';
import { RelaisPlugin } from './relais-plugin.js';

/** The plugin's class, as Phaser needs it. */
export interface RelaisPluginClass {
  /** Phaser makes the plugin. */
  new (pluginManager: PhaserPluginManager): RelaisPlugin;
}

/** An entry of `plugins.global` in a Phaser game's configuration. */
export interface RelaisPluginItem {
  /** The plugin's name in Phaser's plugin manager. */
  key: string;
  /** The plugin's class. */
  plugin: RelaisPluginClass;
  /** The plugin starts with the game. */
  start: true;
  /** The property that each scene finds the plugin in. */
  mapping: string;
  /** What the plugin is given. */
  data: RelaisPluginData;
}

let entries = 0;

/**
 * Makes the plugin's entry in a Phaser game's configuration.
 *
 * @example
 * ```ts
 * import { Game } from 'phaser';
 * import { relaisPlugin } from 'relais/phaser';
 *
 * new Game({
 *   plugins: { global: [relaisPlugin({ proxyUrl: 'https://studio.example/relay', via: 'gateway' })] },
 * });
 * ```
 */
export function relaisPlugin({ key, mapping, ...data }: RelaisPluginOptions): RelaisPluginItem {
  entries += 1;
  // Phaser knows a key once, for all the games of a page.
  const ownKey = entries === 1 ? 'relais' : `relais-${entries}`;
  return {
    key: key ?? ownKey,
    plugin: RelaisPlugin,
    start: true,
    mapping: mapping ?? 'relais',
    data,
  };
}
