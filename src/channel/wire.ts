import type { Passage } from '../channel-protocol/control-messages.js';
import type { WireName } from '../channel-protocol/wire-name.js';
import type { RelayError } from '../common/relay-error.js';
import type { Endpoint } from '../connection/endpoint.js';

export type { WireName } from '../channel-protocol/wire-name.js';

/** Why a wire did not take a datagram, or did not hand one on. */
export type DropCause =
  /** The channel is not open: the relay has not found the player valid, or the wire is lost. */
  | 'not-open'
  /** The other end has not answered for 250 ms beyond its usual time: what is sent now would come too late. */
  | 'stalled'
  /** More is on its way than arrives in time. */
  | 'congested'
  /** Came more than 250 ms later than the quickest of the last half minute. */
  | 'late';

/** A gateway, and what opens a wire there. */
export interface GatewayAddress {
  /** In full, `wss:` or `ws:`. */
  readonly url: string;
  /** Opens a wire within five minutes. */
  readonly ticket: string;
}

/** Where a wire leads. Asked for anew each time, for the session may move to another relay. */
export interface WireTarget {
  /** The relay, for a wire that reaches it by itself. */
  endpoint(): Endpoint | undefined;
  /**
   * The gateway, and the ticket that opens a wire there, as the newest document has them; `undefined` where it has
   * none. The connection keeps the document fresh, so that the ticket is a few minutes old at most.
   *
   * @param url - Of another gateway than the document's; one that is relative is so to the proxy's own URL.
   */
  gateway(url?: string): GatewayAddress | undefined;
}

/** What a gateway knows of a player's datagrams when a wire is up. */
export interface KnownAtGateway {
  /** Whether it counts on from the wire before. */
  readonly returned: boolean;
  /** Datagrams that it got from the page so far. */
  readonly received: number;
  /** Datagrams that it sent to the page so far. */
  readonly sent: number;
}

/** What both sides have counted at one moment. Some datagrams may still be under way, by another wire for instance. */
export interface WireTally {
  /** Of those that this page has sent, so many have not come to the gateway. */
  readonly missing?: number | undefined;
  /** The gateway has sent so many. */
  readonly sent?: number | undefined;
}

/** Who is told what a wire does. */
export interface WireListener {
  /**
   * The wire is up; whether the relay has found the player valid comes next.
   *
   * @param known - What a gateway knows; nothing where there is none.
   */
  onUp(known?: KnownAtGateway): void;
  /** Whether the relay has found the player valid. */
  onRelay(isValid: boolean): void;
  /**
   * It is known how many datagrams are missing: of those that the page `sent`, at the gateway; of those that the
   * gateway sent until now, here.
   */
  onTally(tally: WireTally): void;
  /** Datagrams that were sent so far, the one included that is being sent. */
  sent(): number;
  /** From now on datagrams travel by another wire: `measures` tells which. */
  onMoved(): void;
  /** The wire is lost, and tries to come back by itself. */
  onLost(): void;
  /** A datagram for the game. */
  onDatagram(payload: Uint8Array, connectionId: number | undefined): void;
  /** A datagram came, and was not handed on. */
  onDrop(cause: DropCause): void;
  /** It is over, and the wire is closed. */
  onEnd(end: WireEnd): void;
}

/** Why a wire is over. */
export type WireEnd =
  | {
      /** As the channel's `close` event tells it. */
      readonly reason: 'revoked' | 'deleted' | 'replaced';
    }
  | {
      /** It cannot go on. */
      readonly reason: 'failed';
      /** Why. */
      readonly error: RelayError;
    };

/** A wire that was opened. */
export interface OpenWire {
  /** Sends a datagram. @returns why it was not sent; `undefined` where it was. */
  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined;
  /** The session has moved to another relay. */
  onMoved(): void;
  /** What the wire has measured. */
  measures(): WireMeasures;
  /** Closes it for good, with its sockets and timers. Nothing is told any more. */
  close(): void;
}

/** What became of a player's datagrams at the gateway. */
export interface GatewayFigures {
  /** On their way to the relay. */
  readonly fromPage: Passage;
  /** On their way from the relay. */
  readonly toPage: Passage;
}

/** What a wire has measured. */
export interface WireMeasures {
  /** What carries the datagrams now, where a wire has more than one way; else its `name`. */
  readonly wire?: WireName | undefined;
  /** Round trip to the gateway, in milliseconds; `undefined` where there is none, or it is not known yet. */
  readonly gatewayRoundTrip: number | undefined;
  /** Round trip from there to the relay, in milliseconds. */
  readonly relayRoundTrip: number | undefined;
  /** What became of this player's datagrams at the gateway; `undefined` where there is none. */
  readonly gateway: GatewayFigures | undefined;
  /** Datagrams that the wire took and the system then did not send; a gateway counts them among its own figures. */
  readonly unsent?: number | undefined;
}

/** A way for a channel's datagrams. `websocketWire` is one, `udpWire()` of `relais/udp` another. */
export interface Wire {
  /** What the channel's figures call it. */
  readonly name: WireName;
  /** Opens it, and keeps it open until it is closed. */
  open(target: WireTarget, role: 'server' | 'client', listener: WireListener): OpenWire;
}
