import type { Socket } from 'node:dgram';
import { EventEmitter } from 'eventemitter3';
import { type Clock, systemClock } from '../common/clock.js';
import { RelayError } from '../common/relay-error.js';
import { wheelOf } from '../common/wheel.js';
import {
  decodeFromRelay,
  encodeToRelay,
  LARGEST_PAYLOAD,
  type RelaySide,
} from '../datagram/index.js';
import { openConnectedSocket } from './connected-socket.js';
import { resolveHost } from './lookup.js';
import type { Lookup, RelayPeerOptions } from './peer-options.js';
import type { RelayPeerState } from './peer-state.js';
import { PeerCounts, type PeerDropCause, type RelayPeerStats } from './peer-stats.js';
import { RelayPings } from './relay-pings.js';

/** What a {@link RelayPeer} tells. */
export interface RelayPeerEvents {
  /** The peer is something else to the relay than it was. */
  state: [state: RelayPeerState];
  /**
   * A datagram came from the other side. `connectionId` is the client that it is from, to the host; `undefined` to a
   * client. The bytes are the listener's to keep.
   */
  datagram: [payload: Uint8Array, connectionId: number | undefined];
}

/** Time without an answer after which a relay is gone, in milliseconds: what it takes itself to forget a peer. */
const ANSWER_TIME = 10_000;

/**
 * One player at a relay, over UDP: pings, so that the relay knows the player, and sends and receives datagrams. Its
 * socket is a connected one: nothing that another address sends gets in. Pings go out every second, and every 250 ms
 * until the relay has made up its mind.
 *
 * @example
 * ```ts
 * import { RelayConnection } from 'relais';
 * import { RelayPeer } from 'relais/udp';
 *
 * const { role, ...endpoint } = await new RelayConnection('https://studio.example/relay').create();
 * const peer = new RelayPeer({ side: role, ...endpoint });
 * peer.on('state', (state) => state === 'valid' && peer.send(new TextEncoder().encode('hello')));
 * await peer.connect();
 * ```
 */
export class RelayPeer extends EventEmitter<RelayPeerEvents> {
  readonly #clock: Clock;
  readonly #side: RelaySide;
  readonly #host: string;
  readonly #port: number;
  readonly #lookup: Lookup;
  /** What data begins with; the host's ends with a connection id that each datagram sets. */
  readonly #header: Uint8Array;
  readonly #ping: Uint8Array;
  readonly #pings: RelayPings;
  readonly #counts: PeerCounts;
  #state: RelayPeerState = 'connecting';
  #socket: Socket | undefined;
  #isStarted = false;
  #leaveWheel = () => {};

  /** @throws {RelayError} `invalid-request` for tokens that are not unsigned 32-bit. */
  constructor(options: RelayPeerOptions) {
    super();
    const { side, host, port, userAuthorizationToken, sessionAuthorizationToken } = options;
    const { clock = systemClock, lookup = resolveHost, answerTime = ANSWER_TIME } = options;
    this.#clock = clock;
    this.#side = side;
    this.#host = host;
    this.#port = port;
    this.#lookup = lookup;
    this.#counts = options.counts ?? new PeerCounts();
    const tokens = { userAuthorizationToken, sessionAuthorizationToken };
    const nobody = side === 'server' ? { connectionId: 0 } : {};
    const payload = new Uint8Array();
    // Copies that nobody takes the `buffer` of, so that these few bytes need none: one is larger than all of a peer. A
    // `Buffer` would keep all 8 KiB that it shares with others.
    this.#header = encodeToRelay({ ...tokens, ...nobody, type: 'data', payload }, side).slice();
    this.#ping = encodeToRelay({ ...tokens, type: 'ping' }, side).slice();
    this.#pings = new RelayPings(answerTime);
  }

  /**
   * What the peer is to the relay.
   *
   * @example if (peer.state === 'valid') console.log('the relay knows me');
   */
  get state(): RelayPeerState {
    return this.#state;
  }

  /**
   * Time from a ping to its answer, the newest one that is certain, in milliseconds. `null` before the first.
   *
   * @example console.log(`${peer.roundTrip ?? '?'} ms`);
   */
  get roundTrip(): number | null {
    return this.#pings.roundTrip;
  }

  /**
   * Opens the socket and begins to ping. Resolves before the relay has answered: the state tells when it has.
   *
   * @throws {RelayError} `network` where the host has no address or the system no socket; `invalid-state` for a second
   * call, and where the peer was closed meanwhile. Whatever an own `lookup` throws.
   * @example await peer.connect();
   */
  async connect(): Promise<void> {
    if (this.#isStarted) throw new RelayError('invalid-state', 'The peer was connected before.');
    this.#isStarted = true;
    const { address, family } = await this.#lookup(this.#host);
    const socket = await openConnectedSocket(address, family, this.#port);
    if (this.#state === 'closed') {
      socket.close();
      throw new RelayError('invalid-state', 'The peer was closed.');
    }
    this.#socket = socket;
    const relay = socket.remoteAddress();
    socket.on('message', (bytes, from) => {
      // What came before the socket was connected may be from anybody.
      if (from.port === relay.port && from.address === relay.address) this.#receive(bytes);
    });
    socket.on('error', this.#fail);
    this.#leaveWheel = wheelOf(this.#clock).add(this);
    this.#sendPing(this.#clock.monotonic());
  }

  /**
   * Sends a datagram to the other side.
   *
   * @param payload - 1187 bytes at most. Copied, so that it may be changed afterwards.
   * @param connectionId - the client that it is for: from the host only.
   * @returns whether it was taken; what was not is counted in {@link RelayPeer.stats}.
   * @example const isTaken = peer.send(new TextEncoder().encode('hello'));
   */
  send(payload: Uint8Array, connectionId?: number): boolean {
    if (this.#state !== 'valid' || !this.#socket) return this.#drop('not-open');
    if (payload.byteLength > LARGEST_PAYLOAD) return this.#drop('too-large');
    const mayBe = this.#side === 'server' ? isUint32(connectionId) : connectionId === undefined;
    if (!mayBe) return this.#drop('invalid');
    const start = this.#header.byteLength;
    const bytes = Buffer.allocUnsafe(start + payload.byteLength);
    bytes.set(this.#header);
    if (connectionId !== undefined) bytes.writeUInt32LE(connectionId, start - 4);
    bytes.set(payload, start);
    this.#counts.sent += 1;
    this.#socket.send(bytes, this.#whenSent);
    return true;
  }

  /**
   * What was sent, received and dropped so far.
   *
   * @example const { sent, dropped } = peer.stats();
   */
  stats(): RelayPeerStats {
    const { sent: pings, answered: pongs, roundTrip } = this.#pings;
    const { dropped } = this.#counts;
    return { ...this.#counts, dropped: { ...dropped }, pings, pongs, roundTrip };
  }

  /**
   * Closes the socket. The relay is not told: its protocol has no way to say so. To call it twice does no harm.
   *
   * @example peer.close();
   */
  close(): void {
    if (this.#state === 'closed') return;
    this.#leaveWheel();
    this.#socket?.close();
    this.#socket = undefined;
    this.#become('closed');
  }

  /** @internal Looks whether a ping is due, and whether the relay fell silent. */
  turn(now: number): void {
    const isUndecided = this.#state === 'connecting' || this.#state === 'checking';
    if (this.#pings.isDue(now, isUndecided)) this.#sendPing(now);
    if (this.#pings.isSilent(now)) this.#become('silent');
  }

  #sendPing(now: number): void {
    this.#pings.send(now);
    this.#socket?.send(Buffer.from(this.#ping), this.#fail);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    const datagram = decodeFromRelay(bytes, this.#side);
    if (typeof datagram === 'string') {
      this.#counts.malformed += 1;
    } else if (datagram.type === 'ping') {
      this.#pings.answer(this.#clock.monotonic());
      this.#become(datagram.state);
    } else {
      this.#counts.received += 1;
      this.emit('datagram', datagram.payload, datagram.connectionId);
    }
  }

  #become(state: RelayPeerState): void {
    if (state === this.#state || this.#state === 'closed') return;
    this.#state = state;
    this.emit('state', state);
  }

  #drop(cause: PeerDropCause): false {
    this.#counts.dropped[cause] += 1;
    return false;
  }

  // One function for all datagrams, so that none of them makes its own.
  readonly #whenSent = (error: Error | null): void => {
    if (!error) return;
    this.#counts.sent -= 1;
    this.#counts.dropped.socket += 1;
    this.#fail(error);
  };

  /** Other errors than a refusal pass, or the relay falls silent. */
  readonly #fail = (error: NodeJS.ErrnoException | null): void => {
    if (error?.code === 'ECONNREFUSED') this.#become('refused');
  };
}

function isUint32(number: number | undefined): boolean {
  return number !== undefined && number >>> 0 === number;
}
