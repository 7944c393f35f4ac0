import type { DropCause, OpenWire, Wire, WireListener, WireTarget } from '../channel/wire.js';
import { type Clock, systemClock } from '../common/clock.js';
import { growingDelay } from '../common/growing-delay.js';
import { RelayError } from '../common/relay-error.js';
import type { RelaySide } from '../datagram/index.js';
import type { Lookup } from './peer-options.js';
import type { RelayPeerState } from './peer-state.js';
import { PeerCounts } from './peer-stats.js';
import { RelayPeer } from './relay-peer.js';

/** How {@link udpWire} reaches the relay. */
export interface UdpWireOptions {
  /** Finds the IP address of the relay's host. @default the system's resolver */
  readonly lookup?: Lookup | undefined;
  /** Time and randomness. @default the platform's */
  readonly clock?: Clock | undefined;
}

/** The longest delay between two tries to reach a relay that has no address, in milliseconds. */
const LONGEST_DELAY = 2_000;

/**
 * A wire that leads straight to the relay, for games that can send UDP themselves: in Electron, NW.js and Node. The
 * same channel then needs no gateway.
 *
 * @example
 * ```ts
 * import { openChannel, RelayConnection } from 'relais';
 * import { udpWire } from 'relais/udp';
 *
 * const relay = new RelayConnection('https://studio.example/relay');
 * await relay.create();
 * const channel = await openChannel(relay, { wire: udpWire() });
 * ```
 */
export function udpWire({ lookup, clock = systemClock }: UdpWireOptions = {}): Wire {
  return {
    name: 'udp',
    open: (target, role, listener) => new UdpWire(target, role, listener, lookup, clock),
  };
}

/**
 * One player at the relay that the connection's endpoint names: another peer for each relay that the session moves to.
 */
class UdpWire implements OpenWire {
  readonly #target: WireTarget;
  readonly #side: RelaySide;
  readonly #listener: WireListener;
  readonly #lookup: Lookup | undefined;
  readonly #clock: Clock;
  /** Those of all peers, one after the other. */
  readonly #counts = new PeerCounts();
  #peer: RelayPeer | undefined;
  /** Where the peer leads, and as whom. */
  #destination = '';
  #isUp = false;
  #failures = 0;
  #timer: unknown;
  #isClosed = false;

  constructor(
    target: WireTarget,
    side: RelaySide,
    listener: WireListener,
    lookup: Lookup | undefined,
    clock: Clock,
  ) {
    this.#target = target;
    this.#side = side;
    this.#listener = listener;
    this.#lookup = lookup;
    this.#clock = clock;
    // Whoever opens the wire has to get hold of it before it tells anything.
    queueMicrotask(() => this.onMoved());
  }

  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined {
    return this.#peer?.send(payload, connectionId) ? undefined : 'not-open';
  }

  onMoved(): void {
    if (this.#isClosed) return;
    const destination = JSON.stringify(this.#target.endpoint());
    if (destination === this.#destination) return;
    this.#destination = destination;
    this.#failures = 0;
    if (this.#isUp) this.#listener.onRelay(false);
    this.#connect();
  }

  measures() {
    return {
      gatewayRoundTrip: undefined,
      relayRoundTrip: this.#peer?.roundTrip ?? undefined,
      gateway: undefined,
      unsent: this.#counts.dropped.socket,
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#letGo();
  }

  #connect(): void {
    this.#letGo();
    const peer = this.#makePeer();
    if (!peer) return;
    this.#peer = peer;
    peer.on('state', (state) => {
      if (this.#peer === peer) this.#follow(state);
    });
    peer.on('datagram', (payload, connectionId) => {
      if (this.#peer === peer) this.#listener.onDatagram(plain(payload), connectionId);
    });
    peer.connect().catch(() => {
      if (this.#peer === peer) this.#tryLater();
    });
  }

  /** Ends the wire where the endpoint is none. */
  #makePeer(): RelayPeer | undefined {
    const endpoint = this.#target.endpoint();
    try {
      if (!endpoint?.host) throw noRelay();
      const { host, port, userAuthorizationToken, sessionAuthorizationToken } = endpoint;
      const tokens = { userAuthorizationToken, sessionAuthorizationToken };
      const tools = { lookup: this.#lookup, clock: this.#clock, counts: this.#counts };
      return new RelayPeer({ side: this.#side, host, port, ...tokens, ...tools });
    } catch (error) {
      this.#end(error as RelayError);
      return undefined;
    }
  }

  /** The peer pings on, whatever the relay says or does not say: it comes back by itself. */
  #follow(state: RelayPeerState): void {
    const isThere = state === 'checking' || state === 'valid';
    if (isThere) {
      this.#failures = 0;
      if (!this.#isUp) this.#listener.onUp();
      this.#isUp = true;
      this.#listener.onRelay(state === 'valid');
    } else {
      this.#lose();
    }
  }

  /** The host has no address now, or this machine no way there. */
  #tryLater(): void {
    this.#letGo();
    this.#lose();
    const delay = growingDelay(this.#failures++, LONGEST_DELAY, this.#clock);
    this.#timer = this.#clock.setTimeout(() => this.#connect(), delay);
  }

  #lose(): void {
    if (this.#isUp) this.#listener.onLost();
    this.#isUp = false;
  }

  #letGo(): void {
    this.#clock.clearTimeout(this.#timer);
    const peer = this.#peer;
    this.#peer = undefined;
    peer?.close();
  }

  #end(error: RelayError): void {
    this.close();
    this.#listener.onEnd({ reason: 'failed', error });
  }
}

/**
 * The bytes as a page would have them. Node's sockets give a `Buffer`, of which `slice` makes no copy: netcode that was
 * written for a page would read beyond the datagram.
 */
function plain({ buffer, byteLength, byteOffset }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function noRelay(): RelayError {
  return new RelayError(
    'invalid-state',
    'Nobody gets to know where the relay is but the gateway: open the channel without a wire of your own.',
  );
}
