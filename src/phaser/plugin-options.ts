import type { OpenChannelOptions } from '../channel/open-channel-options.js';
import { RelayError } from '../common/relay-error.js';
import type { RelayConnectionOptions } from '../connection/options.js';

/** How the plugin opens channels. It gives up by itself when the match is over. */
export type PluginChannelOptions = Omit<OpenChannelOptions, 'signal'>;

/** What the plugin needs to connect: the `data` of its entry in Phaser's configuration. */
export interface RelaisPluginData extends RelayConnectionOptions {
  /** http(s) URL of the studio's token-issuing proxy. It may be relative to the page's own, `/relay` for instance. */
  readonly proxyUrl: string | URL;
  /**
   * How the plugin opens a channel for each match; `false`: not at all.
   *
   * @default where `via` is `gateway`, as `openChannel` does by itself; else not at all
   */
  readonly channel?: PluginChannelOptions | false | undefined;
}

/** How the plugin connects, and what it is called in the game. */
export interface RelaisPluginOptions extends RelaisPluginData {
  /**
   * The plugin's name in Phaser's plugin manager. Two games on one page need two.
   *
   * @default `relais`; `relais-2` for the second entry that the page makes, and so on
   */
  readonly key?: string | undefined;
  /**
   * The property that each scene finds the plugin in.
   *
   * @default `relais`
   */
  readonly mapping?: string | undefined;
}

/** The data, taken apart for those who need them. */
export interface PluginParts {
  readonly proxyUrl: string | URL;
  readonly connection: RelayConnectionOptions;
  /** `undefined` where no channel is to be opened. */
  readonly channel: PluginChannelOptions | undefined;
}

/** @throws {RelayError} `invalid-option` where there is no URL. */
export function takeApart(data: RelaisPluginData | null | undefined): PluginParts {
  const { proxyUrl, channel, ...connection } = data ?? ({} as Partial<RelaisPluginData>);
  if (!proxyUrl) throw new RelayError('invalid-option', 'The plugin needs data with a "proxyUrl".');
  const wanted = channel ?? (connection.via === 'gateway' && {});
  return { proxyUrl, connection, channel: wanted || undefined };
}
