import {
  decodeToRelay,
  encodeFromRelay,
  type RelaySide,
  type ToRelay,
} from '../../datagram/index.js';
import { OWNER_GONE } from '../assumptions.js';
import type { RelayCounters } from '../stats.js';
import { forwardData, type Outgoing } from './forward-data.js';
import { type PeerAddress, Peers, type PeersOptions } from './peers.js';
import { answerPing } from './ping-answers.js';

/** What the relay of one session goes by. */
export interface SessionRelayOptions extends PeersOptions {
  readonly sessionAuthorizationToken: number;
  readonly counters: RelayCounters;
}

/** The relay of one session, without its sockets: datagrams go in, and those that they cause come out. */
export class SessionRelay {
  readonly #options: SessionRelayOptions;
  readonly #peers: Peers;
  #hasEnded = false;

  constructor(options: SessionRelayOptions) {
    this.#options = options;
    this.#peers = new Peers(options);
  }

  /** Takes one datagram in. Returns the one that it causes, if any; what is dropped is counted. */
  receive(side: RelaySide, bytes: Uint8Array, from: PeerAddress): Outgoing | undefined {
    const datagram = decodeToRelay(bytes, side);
    if (typeof datagram === 'string') {
      this.#options.counters.dropped[datagram] += 1;
      return undefined;
    }
    return datagram.type === 'ping'
      ? this.#receivePing(side, datagram, from)
      : this.#receiveData(side, datagram, from);
  }

  /**
   * The session is over: from now on its peers are told so, and nothing is forwarded.
   *
   * @returns whether there are any peers.
   */
  end(): boolean {
    this.#peers.forgetTheGone();
    this.#hasEnded = true;
    return !this.#peers.isEmpty;
  }

  #receivePing(side: RelaySide, ping: ToRelay, from: PeerAddress): Outgoing {
    this.#options.counters.pings += 1;
    const state = this.#stateOf(side, ping, from);
    return { side, to: from, bytes: encodeFromRelay({ type: 'ping', state }, side) };
  }

  #stateOf(side: RelaySide, ping: ToRelay, at: PeerAddress) {
    if (!this.#isTrusted(ping)) return 'invalid';
    if (this.#hasEnded) return OWNER_GONE;
    const { userAuthorizationToken } = ping;
    return answerPing(this.#peers, side, { at, userAuthorizationToken });
  }

  #receiveData(
    side: RelaySide,
    data: ToRelay & { readonly type: 'data' },
    from: PeerAddress,
  ): Outgoing | undefined {
    const { counters } = this.#options;
    if (!this.#isTrusted(data)) {
      counters.dropped.unauthorized += 1;
      return undefined;
    }
    const outgoing = this.#hasEnded ? undefined : forwardData(this.#peers, side, data, from);
    if (outgoing) counters.forwarded += 1;
    else counters.dropped.unroutable += 1;
    return outgoing;
  }

  #isTrusted({ sessionAuthorizationToken, userAuthorizationToken }: ToRelay): boolean {
    const { isAuthorized, sessionAuthorizationToken: own } = this.#options;
    return sessionAuthorizationToken === own && isAuthorized(userAuthorizationToken);
  }
}
