import type { Clock } from '../../common/clock.js';
import type { RelaySide } from '../../datagram/index.js';
import { DATA_KEEPS_PEERS } from '../assumptions.js';
import { nextConnectionId } from './connection-ids.js';

/** Where a datagram comes from or goes to. */
export interface PeerAddress {
  readonly address: string;
  readonly port: number;
}

/** Who sent a datagram whose tokens are right. */
export interface Sender {
  readonly at: PeerAddress;
  readonly userAuthorizationToken: number;
}

/** Somebody whom the relay knows. Times are the clock's monotonic ones. */
export interface Peer extends Sender {
  /** The client's number; 0 for the server, which has none. */
  readonly connectionId: number;
  /** When its check began. */
  readonly since: number;
  /** When it was heard of last. */
  heardAt: number;
}

/** What peers are judged by. */
export interface PeersOptions {
  readonly clock: Clock;
  /** Whether a user of the session has this token now. */
  readonly isAuthorized: (userAuthorizationToken: number) => boolean;
  /** Time from a peer's first datagram until it is valid, in milliseconds. */
  readonly checkDelay: number;
  /** Time without a datagram after which a peer is forgotten, in milliseconds. */
  readonly peerTimeout: number;
}

/**
 * The peers of one session's relay: one game server, and clients by address. Who may be the server, and how clients are
 * numbered, is assumed. No sockets and no timers: a peer that fell silent is ignored, and forgotten when somebody new
 * comes.
 */
export class Peers {
  readonly #options: PeersOptions;
  readonly #clients = new Map<string, Peer>();
  readonly #addresses = new Map<number, string>();
  #server: Peer | undefined;
  #hadServer = false;
  #lastConnectionId: number | undefined;

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** The server, where there is one that is valid or being checked; it may have fallen silent. */
  get server(): Peer | undefined {
    return this.#server;
  }

  /** Whether there was a server, and is none now. */
  get isServerGone(): boolean {
    return this.#hadServer && !this.#server;
  }

  /** Whether anybody is there. */
  get isEmpty(): boolean {
    return this.#server === undefined && this.#clients.size === 0;
  }

  /** The client with that number; it may have fallen silent. */
  client(connectionId: number): Peer | undefined {
    return this.#clients.get(this.#addresses.get(connectionId) ?? '');
  }

  /** The server, or the client at an address, unless they are gone. */
  present(side: RelaySide, at: PeerAddress): Peer | undefined {
    const peer = side === 'server' ? this.#server : this.#clients.get(keyOf(at));
    return peer && !this.#isGone(peer) ? peer : undefined;
  }

  /**
   * Notes that a datagram came. Returns the peer that it comes from, known or new; `undefined` if another user is the
   * server.
   */
  hear(side: RelaySide, type: 'ping' | 'data', sender: Sender): Peer | undefined {
    const known = this.present(side, sender.at);
    const isSameUser = known?.userAuthorizationToken === sender.userAuthorizationToken;
    if (side === 'server' && known && !isSameUser) return undefined;
    if (!known || !isSameUser || keyOf(known.at) !== keyOf(sender.at)) {
      return this.#welcome(side, sender);
    }
    if (type === 'ping' || DATA_KEEPS_PEERS) known.heardAt = this.#options.clock.monotonic();
    return known;
  }

  /** Whether a peer was checked for long enough, and is still there. */
  isValid(peer: Peer): boolean {
    const { checkDelay, clock } = this.#options;
    return clock.monotonic() - peer.since >= checkDelay && !this.#isGone(peer);
  }

  /** Forgets those that fell silent or were revoked. */
  forgetTheGone(): void {
    if (this.#server && this.#isGone(this.#server)) this.#server = undefined;
    for (const [key, peer] of this.#clients) if (this.#isGone(peer)) this.#forget(key);
  }

  #welcome(side: RelaySide, newcomer: Sender): Peer {
    this.forgetTheGone();
    return side === 'server' ? this.#welcomeServer(newcomer) : this.#welcomeClient(newcomer);
  }

  #welcomeServer(newcomer: Sender): Peer {
    const now = this.#options.clock.monotonic();
    this.#server = { ...newcomer, connectionId: 0, since: now, heardAt: now };
    this.#hadServer = true;
    return this.#server;
  }

  #welcomeClient(newcomer: Sender): Peer {
    const now = this.#options.clock.monotonic();
    const key = keyOf(newcomer.at);
    this.#forget(key);
    const connectionId = nextConnectionId(this.#lastConnectionId, (id) => this.#addresses.has(id));
    this.#lastConnectionId = connectionId;
    const peer = { ...newcomer, connectionId, since: now, heardAt: now };
    this.#clients.set(key, peer);
    this.#addresses.set(connectionId, key);
    return peer;
  }

  /** Whether a peer has been silent for too long, or is no user of the session any more. */
  #isGone({ heardAt, userAuthorizationToken }: Peer): boolean {
    const { clock, isAuthorized, peerTimeout } = this.#options;
    return clock.monotonic() - heardAt > peerTimeout || !isAuthorized(userAuthorizationToken);
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
