import {
  type OpenChannelOptions,
  openChannel,
  type RelayChannel,
  type RelayConnection,
  type RelayError,
} from 'relais';

/** Gets a panel's channel once it is open, and `undefined` when it closed. */
export type ChannelListener = (channel: RelayChannel | undefined) => void;

const REPLACED = 'This player plays in another tab now.';

/** A panel's channel: it is opened as soon as the panel's relay is open, in each of its matches. */
export class PanelChannel {
  readonly #relay: RelayConnection;
  readonly #listeners = new Set<ChannelListener>();
  #channel: RelayChannel | undefined;
  #wires: OpenChannelOptions['wires'];
  #failure: string | undefined;

  constructor(relay: RelayConnection) {
    this.#relay = relay;
    relay.on('open', () => void this.#open());
  }

  /** The channel, while it is open or comes back. */
  get channel(): RelayChannel | undefined {
    return this.#channel;
  }

  /** Why there is no channel although the relay is open, or why it closed; nothing while all is well. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Tells a listener the channel that there is now, and from then on each time that there is another, or none. */
  listen(listener: ChannelListener): void {
    this.#listeners.add(listener);
    listener(this.#channel);
  }

  /** Says what may carry the datagrams. A channel that is open is closed, and another takes its place. */
  setWires(wires: OpenChannelOptions['wires']): void {
    this.#wires = wires;
    if (!this.#channel) return;
    this.#channel.close();
    void this.#open();
  }

  async #open(): Promise<void> {
    this.#failure = undefined;
    try {
      const wires = this.#wires;
      this.#set(await openChannel(this.#relay, { wires }));
      // What it may go by was said anew while it was opened.
      if (wires !== this.#wires) this.setWires(this.#wires);
    } catch (error) {
      // Whoever left meanwhile wanted no channel any more.
      if (this.#relay.state === 'open') this.#fail((error as RelayError).message);
    }
  }

  #set(channel: RelayChannel): void {
    this.#channel = channel;
    channel.on('error', ({ message }) => {
      this.#failure = message;
    });
    channel.on('close', (reason) => {
      if (reason === 'replaced') this.#failure = REPLACED;
      this.#channel = undefined;
      this.#tell();
    });
    this.#tell();
  }

  #fail(message: string): void {
    this.#failure = message;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#channel);
  }
}
