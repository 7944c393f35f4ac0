import type { Clock } from '../../common/clock.js';
import {
  decodeToRelay,
  encodeFromRelay,
  type FromRelay,
  type RelaySide,
  type RelayState,
  type ToRelay,
} from '../../datagram/index.js';
import {
  DATA_KEEPS_PEERS,
  FORWARDS_EARLY_DATA,
  FORWARDS_EMPTY_DATA,
  OWNER_GONE,
  SEAT_TAKEN,
} from '../assumptions.js';
import type { RelayCounters } from '../stats.js';
import { nextConnectionId } from './connection-ids.js';

/** Where a datagram comes from or goes to. */
export interface PeerAddress {
  readonly address: string;
  readonly port: number;
}

/** A datagram that the relay sends, through the port of one side. */
export interface Outgoing {
  readonly side: RelaySide;
  readonly to: PeerAddress;
  readonly bytes: Uint8Array;
}

/** What the relay of one session goes by. */
export interface RelayPeersOptions {
  readonly clock: Clock;
  readonly sessionAuthorizationToken: number;
  /** Whether a user of the session has this token now. */
  readonly isAuthorized: (userAuthorizationToken: number) => boolean;
  /** Time from a peer's first datagram until it is valid, in milliseconds. */
  readonly checkDelay: number;
  /** Time without a datagram after which a peer is forgotten, in milliseconds. */
  readonly peerTimeout: number;
  readonly counters: RelayCounters;
}

/** Who sent a datagram whose tokens are right. */
interface Sender {
  readonly at: PeerAddress;
  readonly userAuthorizationToken: number;
}

interface Peer extends Sender {
  readonly connectionId: number;
  readonly since: number;
  heardAt: number;
}

/**
 * The peers of one session's relay, and where each datagram goes: one game server, and clients by address. Who may
 * be the server, what data does, and how connections are numbered, is assumed. No sockets, no timers: who fell silent
 * is forgotten when somebody else is heard, and ignored until then.
 */
export class RelayPeers {
  readonly #options: RelayPeersOptions;
  readonly #clients = new Map<string, Peer>();
  readonly #addresses = new Map<number, string>();
  #server: Peer | undefined;
  #lastConnectionId: number | undefined;
  #hadServer = false;
  #hasEnded = false;

  constructor(options: RelayPeersOptions) {
    this.#options = options;
  }

  /** Takes one datagram in. Returns the one that it causes, if any; what is dropped is counted. */
  receive(side: RelaySide, bytes: Uint8Array, from: PeerAddress): Outgoing | undefined {
    const { counters, isAuthorized, sessionAuthorizationToken } = this.#options;
    const datagram = decodeToRelay(bytes, side);
    if (typeof datagram === 'string') {
      counters.dropped[datagram] += 1;
      return undefined;
    }
    const isTrusted =
      datagram.sessionAuthorizationToken === sessionAuthorizationToken &&
      isAuthorized(datagram.userAuthorizationToken);
    if (datagram.type === 'ping') {
      counters.pings += 1;
      const state = isTrusted ? this.#ping(side, datagram, from) : 'invalid';
      return { side, to: from, bytes: encodeFromRelay({ type: 'ping', state }, side) };
    }
    if (!isTrusted) {
      counters.dropped.unauthorized += 1;
      return undefined;
    }
    const outgoing = this.#forward(side, datagram, from);
    if (outgoing) counters.forwarded += 1;
    else counters.dropped.unroutable += 1;
    return outgoing;
  }

  /** The session is over: from now on its peers are told so, and nothing is forwarded. Returns whether there are any. */
  end(): boolean {
    this.#forgetTheGone();
    this.#hasEnded = true;
    return this.#server !== undefined || this.#clients.size > 0;
  }

  #ping(side: RelaySide, { type, userAuthorizationToken }: ToRelay, at: PeerAddress): RelayState {
    if (this.#hasEnded) return OWNER_GONE;
    this.#forgetTheGone();
    const peer = this.#hear(side, type, { at, userAuthorizationToken });
    if (!peer) return SEAT_TAKEN;
    if (side === 'client' && this.#hadServer && !this.#server) return OWNER_GONE;
    return this.#isValid(peer) ? 'valid' : 'checking';
  }

  /** Whom a datagram comes from: a peer that is there, or a newcomer. Nobody where another user is the server. */
  #hear(side: RelaySide, type: ToRelay['type'], sender: Sender): Peer | undefined {
    const known = this.#present(side, sender.at);
    const isSameUser = known?.userAuthorizationToken === sender.userAuthorizationToken;
    if (side === 'server' && known && !isSameUser) return undefined;
    if (!known || !isSameUser || keyOf(known.at) !== keyOf(sender.at)) {
      return this.#welcome(side, sender);
    }
    if (type === 'ping' || DATA_KEEPS_PEERS) known.heardAt = this.#options.clock.monotonic();
    return known;
  }

  /** The server, or the client at an address, unless they are gone. */
  #present(side: RelaySide, at: PeerAddress): Peer | undefined {
    const peer = side === 'server' ? this.#server : this.#clients.get(keyOf(at));
    return peer && !this.#isGone(peer) ? peer : undefined;
  }

  #welcome(side: RelaySide, newcomer: Sender): Peer {
    this.#forgetTheGone();
    const now = this.#options.clock.monotonic();
    const key = keyOf(newcomer.at);
    if (side === 'server') {
      this.#server = { ...newcomer, connectionId: 0, since: now, heardAt: now };
      this.#hadServer = true;
      return this.#server;
    }
    this.#forget(key);
    const connectionId = nextConnectionId(this.#lastConnectionId, (id) => this.#addresses.has(id));
    this.#lastConnectionId = connectionId;
    const peer = { ...newcomer, connectionId, since: now, heardAt: now };
    this.#clients.set(key, peer);
    this.#addresses.set(peer.connectionId, key);
    return peer;
  }

  #forward(
    side: RelaySide,
    datagram: ToRelay & { readonly type: 'data' },
    from: PeerAddress,
  ): Outgoing | undefined {
    const { connectionId = 0, payload, userAuthorizationToken } = datagram;
    if (this.#hasEnded) return undefined;
    const known = this.#present(side, from);
    const sender = this.#hear(side, 'data', { at: from, userAuthorizationToken });
    const receiver =
      side === 'server' ? this.#clients.get(this.#addresses.get(connectionId) ?? '') : this.#server;
    if (!sender || !receiver || !this.#isValid(receiver)) return undefined;
    const isEarly = sender !== known || !this.#isValid(sender);
    if (isEarly && !FORWARDS_EARLY_DATA) return undefined;
    if (payload.byteLength === 0 && !FORWARDS_EMPTY_DATA) return undefined;
    const forwarded: FromRelay =
      side === 'server'
        ? { type: 'data', payload }
        : { type: 'data', connectionId: sender.connectionId, payload };
    const to = side === 'server' ? 'client' : 'server';
    return { side: to, to: receiver.at, bytes: encodeFromRelay(forwarded, to) };
  }

  /** Checked long enough, and still there. */
  #isValid(peer: Peer): boolean {
    const { checkDelay, clock } = this.#options;
    return clock.monotonic() - peer.since >= checkDelay && !this.#isGone(peer);
  }

  /** Silent for too long, or no user of the session any more. */
  #isGone({ heardAt, userAuthorizationToken }: Peer): boolean {
    const { clock, isAuthorized, peerTimeout } = this.#options;
    return clock.monotonic() - heardAt > peerTimeout || !isAuthorized(userAuthorizationToken);
  }

  #forgetTheGone(): void {
    if (this.#server && this.#isGone(this.#server)) this.#server = undefined;
    for (const [key, peer] of this.#clients) if (this.#isGone(peer)) this.#forget(key);
  }

  #forget(key: string): void {
    const peer = this.#clients.get(key);
    if (!peer) return;
    this.#clients.delete(key);
    this.#addresses.delete(peer.connectionId);
  }
}

function keyOf({ address, port }: PeerAddress): string {
  return `${address} ${port}`;
}
