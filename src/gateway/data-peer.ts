import type { DataChannel, PeerConnection } from 'node-datachannel';
import { DATA_CHANNEL } from '../channel-protocol/data-channel-rules.js';
import {
  describePeer,
  LARGEST_MESSAGE,
  type PeerParameters,
  readDescription,
} from '../channel-protocol/peer-parameters.js';
import type { DataChannelLibrary } from './data-channel-library.js';

/** Who is told what becomes of a peer. Nothing of it may throw: it is called from the library's own code. */
export interface DataPeerListener {
  onMessage(message: string | Uint8Array): void;
  /** It is open: messages may be sent. */
  onOpen(): void;
  /** It is closed, or the page is gone. Once at most; not for one that was closed from here. */
  onClosed(): void;
}

/** What a peer is made of. */
export interface DataPeerTools {
  readonly library: DataChannelLibrary;
  /** The UDP port that all peers share. */
  readonly port: number;
  /** What the peer is called in ICE's checks, and what they are signed with. */
  readonly ufrag: string;
  readonly password: string;
}

/**
 * The gateway's end of one data channel, by the library. Three things about that library are kept in here:
 *
 * - Each of its callbacks is a handle that keeps the process alive, and is let go of only when the peer or the channel
 *   tells that it is closed: so both are listened to.
 * - To close a channel, or to give it another callback, throws messages away that wait for this thread, and their
 *   memory is lost. So the peer alone is closed, and what still comes is read and ignored.
 * - It would negotiate by itself, and takes whatever a page says: so it is given a description made here.
 */
export class DataPeer {
  readonly #peer: PeerConnection;
  readonly #channel: DataChannel;
  #listener: DataPeerListener | undefined;

  /** What the page has to know of this end. */
  readonly parameters: PeerParameters;

  /** @throws {Error} where the library refuses what the page says. */
  constructor(tools: DataPeerTools, page: PeerParameters, listener: DataPeerListener) {
    const { library, port, ufrag, password } = tools;
    this.#listener = listener;
    this.#peer = new library.PeerConnection('page', {
      iceServers: [],
      enableIceUdpMux: true,
      portRangeBegin: port,
      portRangeEnd: port,
      maxMessageSize: LARGEST_MESSAGE,
      disableAutoNegotiation: true,
    });
    this.#peer.onStateChange((state) => {
      if (state === 'closed' || state === 'failed' || state === 'disconnected') this.#closed();
    });
    try {
      const description = describePeer({ ...page, mid: '0', setup: 'actpass', candidates: [] });
      this.#peer.setRemoteDescription(description, 'offer');
      this.#channel = this.#openChannel();
      this.#peer.setLocalDescription('answer', { iceUfrag: ufrag, icePwd: password });
      const own = readDescription(this.#peer.localDescription()?.sdp ?? '');
      if (!own) throw new Error('The library describes itself in another way.');
      this.parameters = own;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Bytes that wait to be sent. */
  get waitingBytes(): number {
    return this.#listener ? this.#channel.bufferedAmount() : 0;
  }

  /** Sends a message, where that can be: the peer may be gone, and not have told yet. */
  send(message: string | Uint8Array): void {
    if (!this.#listener) return;
    try {
      if (typeof message === 'string') this.#channel.sendMessage(message);
      else this.#channel.sendMessageBinary(message);
    } catch {
      // Its end is told by itself.
    }
  }

  /** Closes it. Nothing is told any more; to call it twice does no harm. */
  close(): void {
    this.#listener = undefined;
    this.#peer.close();
  }

  #openChannel(): DataChannel {
    const { ordered, ...options } = DATA_CHANNEL.options;
    const channel = this.#peer.createDataChannel(DATA_CHANNEL.label, {
      ...options,
      unordered: !ordered,
    });
    channel.onOpen(() => this.#listener?.onOpen());
    channel.onMessage((message) => this.#listener?.onMessage(message as string | Buffer));
    channel.onClosed(() => this.#closed());
    channel.onError(() => {});
    return channel;
  }

  #closed(): void {
    const listener = this.#listener;
    if (!listener) return;
    this.close();
    listener.onClosed();
  }
}
