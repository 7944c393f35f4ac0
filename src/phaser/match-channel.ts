import { openChannel } from '../channel/open-channel.js';
import type { RelayChannel } from '../channel/relay-channel.js';
import type { RelayError } from '../common/relay-error.js';
import type { RelayConnection } from '../connection/relay-connection.js';
import type { PluginEmission } from './plugin-events.js';
import type { PluginChannelOptions } from './plugin-options.js';

/** The channel of the match that is on, and what it tells. */
export class MatchChannel {
  readonly #relay: RelayConnection;
  readonly #options: PluginChannelOptions;
  readonly #tell: (emission: PluginEmission) => void;
  /** The match that is on: aborted when it is over. */
  #match = new AbortController();
  /** While it is open, or comes back. */
  channel: RelayChannel | undefined;

  constructor(
    relay: RelayConnection,
    options: PluginChannelOptions,
    tell: (emission: PluginEmission) => void,
  ) {
    this.#relay = relay;
    this.#options = options;
    this.#tell = tell;
  }

  /** The connection is open. */
  async open(): Promise<void> {
    const match = new AbortController();
    this.#match = match;
    const { signal } = match;
    try {
      const channel = await openChannel(this.#relay, { ...this.#options, signal });
      if (signal.aborted) channel.close();
      else this.#follow(channel);
    } catch (error) {
      // The end of the match has been told already.
      if (!signal.aborted) this.#tell({ name: 'channel-error', payload: [error as RelayError] });
    }
  }

  /** The match is over. A channel that is open closes with its connection. */
  end(): void {
    this.#match.abort();
  }

  #follow(channel: RelayChannel): void {
    this.channel = channel;
    channel.on('state', (...payload) => this.#tell({ name: 'channel-state', payload }));
    channel.on('datagram', (...payload) => this.#tell({ name: 'datagram', payload }));
    channel.on('error', (...payload) => this.#tell({ name: 'channel-error', payload }));
    channel.on('close', (...payload) => {
      this.#tell({ name: 'channel-close', payload });
      if (this.channel === channel) this.channel = undefined;
    });
    this.#tell({ name: 'channel', payload: [channel] });
  }
}
