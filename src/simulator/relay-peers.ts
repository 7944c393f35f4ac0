import type { Clock } from '../api/clock.js';
import { FIRST_CONNECTION_ID, SEAT_TAKEN } from './assumptions.js';
import {
  decodeToRelay,
  encodeFromRelay,
  type FromRelay,
  type RelaySide,
  type RelayState,
  type ToRelay,
} from './datagram.js';
import type { RelayCounters } from './stats.js';

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
  /** Time from a peer's first ping until it is valid, in milliseconds. */
  readonly checkDelay: number;
  /** Time without a ping after which a peer is forgotten, in milliseconds. */
  readonly peerTimeout: number;
  readonly counters: RelayCounters;
}

interface Peer {
  readonly at: PeerAddress;
  readonly userAuthorizationToken: number;
  readonly connectionId: number;
  readonly since: number;
  pingedAt: number;
}

/**
 * The peers of one session's relay, and where each datagram goes: one game server, and clients by
 * address. Who may be the server, and how connections are numbered, is assumed. No sockets, no timers: who fell silent is forgotten when somebody else pings, and
 * ignored until then.
 */
export class RelayPeers {
  readonly #options: RelayPeersOptions;
  readonly #clients = new Map<string, Peer>();
  readonly #addresses = new Map<number, string>();
  #server: Peer | undefined;
  #nextConnectionId = FIRST_CONNECTION_ID;

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
    return this.#forward(side, datagram, from);
  }

  #ping(side: RelaySide, { userAuthorizationToken }: ToRelay, at: PeerAddress): RelayState {
    this.#forgetTheGone();
    const now = this.#options.clock.monotonic();
    const known = side === 'server' ? this.#server : this.#clients.get(keyOf(at));
    if (side === 'server' && known && known.userAuthorizationToken !== userAuthorizationToken) {
      return SEAT_TAKEN;
    }
    const isSame =
      known &&
      keyOf(known.at) === keyOf(at) &&
      known.userAuthorizationToken === userAuthorizationToken;
    if (isSame) known.pingedAt = now;
    const peer = isSame ? known : this.#welcome(side, { at, userAuthorizationToken });
    return this.#isValid(peer) ? 'valid' : 'checking';
  }

  #welcome(side: RelaySide, newcomer: Pick<Peer, 'at' | 'userAuthorizationToken'>): Peer {
    const now = this.#options.clock.monotonic();
    const key = keyOf(newcomer.at);
    if (side === 'server') {
      this.#server = { ...newcomer, connectionId: 0, since: now, pingedAt: now };
      return this.#server;
    }
    this.#forget(key);
    const connectionId = this.#nextConnectionId;
    this.#nextConnectionId += 1;
    const peer = { ...newcomer, connectionId, since: now, pingedAt: now };
    this.#clients.set(key, peer);
    this.#addresses.set(peer.connectionId, key);
    return peer;
  }

  #forward(
    side: RelaySide,
    datagram: ToRelay & { readonly type: 'data' },
    from: PeerAddress,
  ): Outgoing | undefined {
    const { counters } = this.#options;
    const { connectionId = 0, payload } = datagram;
    const sender = side === 'server' ? this.#server : this.#clients.get(keyOf(from));
    const receiver =
      side === 'server' ? this.#clients.get(this.#addresses.get(connectionId) ?? '') : this.#server;
    const isKnown =
      sender &&
      keyOf(sender.at) === keyOf(from) &&
      sender.userAuthorizationToken === datagram.userAuthorizationToken;
    if (!isKnown || !receiver || !this.#isValid(sender) || !this.#isValid(receiver)) {
      counters.dropped.unroutable += 1;
      return undefined;
    }
    counters.forwarded += 1;
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
  #isGone({ pingedAt, userAuthorizationToken }: Peer): boolean {
    const { clock, isAuthorized, peerTimeout } = this.#options;
    return clock.monotonic() - pingedAt > peerTimeout || !isAuthorized(userAuthorizationToken);
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
