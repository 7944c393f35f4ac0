import type { Answer, FromGateway, Offer, Udp } from '../channel-protocol/control-messages.js';
import {
  DATA_CHANNEL,
  GIVEN_UP_AFTER,
  MOST_BUFFERED,
  PROBED_AT_REST,
} from '../channel-protocol/data-channel-rules.js';
import { describePeer, readDescription } from '../channel-protocol/peer-parameters.js';
import { Lane, type LaneTools, SILENCE } from './lane.js';
import type { DropCause } from './wire.js';

/** A page's `RTCPeerConnection`, or one with the same members, of `node-datachannel/polyfill` for instance. */
export type PeerConnectionClass = new () => RTCPeerConnection;

/** How often the wire is looked at, in milliseconds. */
const LOOK_EVERY = 100;

/** What becomes of one data channel. */
export interface PeerListener {
  /** It is to be offered to the gateway. */
  onOffer(offer: Offer): void;
  /** Datagrams travel: the gateway has answered. */
  onUp(lane: PeerLane): void;
  /** It cannot be opened, or is closed, or nobody answers any more. */
  onLost(lane: PeerLane): void;
}

/** One data channel to the gateway, from the offer to its end. */
export class PeerLane {
  readonly id: number;
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #tools: LaneTools;
  readonly #listener: PeerListener;
  readonly #lane: Lane;
  #mid = '';
  #key: string | undefined;
  #isUp = false;
  #wasOverdue = false;
  #watch: unknown;

  constructor(create: PeerConnectionClass, id: number, tools: LaneTools, listener: PeerListener) {
    this.id = id;
    this.#tools = tools;
    this.#listener = listener;
    this.#connection = new create();
    const channel = this.#connection.createDataChannel(DATA_CHANNEL.label, DATA_CHANNEL.options);
    this.#channel = channel;
    this.#lane = new Lane(
      tools,
      (data) => {
        if (channel.readyState === 'open') channel.send(data as string);
      },
      (message) => this.#read(message),
    );
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => this.#look();
    channel.onmessage = ({ data }) => this.#receive(data);
    channel.onclose = () => listener.onLost(this);
    this.#offer().catch(() => listener.onLost(this));
  }

  /** Names the data channel at the gateway, once that has answered. */
  get key(): string | undefined {
    return this.#key;
  }

  /** Whether datagrams travel. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Round trip to the gateway, in milliseconds. */
  get roundTrip(): number | undefined {
    return this.#lane.window.roundTrip;
  }

  /** Sends a datagram. @returns why it was not sent. */
  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined {
    if (this.#channel.readyState !== 'open') return 'not-open';
    // What waits here is late when it goes: it is better not to queue at all.
    if (this.#channel.bufferedAmount > MOST_BUFFERED) return 'congested';
    return this.#lane.send(payload, connectionId);
  }

  /** The gateway takes the offer, and is there. */
  accept({ ufrag, password, fingerprint }: Answer, { addresses, port }: Udp): void {
    this.#key = ufrag;
    const sdp = describePeer({
      ufrag,
      password,
      fingerprint,
      mid: this.#mid,
      setup: 'active',
      candidates: addresses.map((address) => ({ address, port })),
    });
    this.#connection
      .setRemoteDescription({ type: 'answer', sdp })
      .catch(() => this.#listener.onLost(this));
  }

  /** Sends no more, and listens on to what is still under way. */
  leave(): void {
    this.#isUp = false;
    this.#tools.clock.clearTimeout(this.#watch);
  }

  close(): void {
    this.leave();
    const channel = this.#channel;
    channel.onopen = null;
    channel.onmessage = null;
    channel.onclose = null;
    this.#connection.close();
  }

  async #offer(): Promise<void> {
    const connection = this.#connection;
    await connection.setLocalDescription(await connection.createOffer());
    const own = readDescription(connection.localDescription?.sdp ?? '');
    if (!own) throw new Error('The browser describes itself in another way.');
    const { mid, ...parameters } = own;
    this.#mid = mid;
    this.#listener.onOffer({ type: 'offer', id: this.id, ...parameters });
  }

  #receive(data: unknown): void {
    // The page stood still for so long that nothing tells how old this is.
    if (this.#lane.silence > SILENCE) this.#listener.onLost(this);
    else this.#lane.receive(data);
  }

  #read(message: FromGateway): void {
    if (message.type !== 'echo' || this.#isUp) return;
    this.#isUp = true;
    this.#listener.onUp(this);
  }

  /** Looks again and again whether the gateway still answers, and asks it. */
  #look(): void {
    const { clock } = this.#tools;
    const due = clock.monotonic() + LOOK_EVERY;
    const { window } = this.#lane;
    window.keepProbing(clock.monotonic(), PROBED_AT_REST);
    this.#watch = clock.setTimeout(() => {
      const now = clock.monotonic();
      const isOverdue = window.overdue(now) > GIVEN_UP_AFTER;
      // A timer that is late slept with its page: answers that came meanwhile are read before it rings again.
      const isPunctual = now - due < LOOK_EVERY;
      if (isOverdue && (isPunctual || this.#wasOverdue)) {
        this.#listener.onLost(this);
        return;
      }
      this.#wasOverdue = isOverdue;
      this.#look();
    }, LOOK_EVERY);
  }
}
