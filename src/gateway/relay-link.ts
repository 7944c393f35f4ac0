import type { SeatDocument } from '../channel-protocol/seat-source.js';
import type { Clock } from '../common/clock.js';
import { type Lookup, type PeerCounts, RelayPeer, type RelayPeerState } from '../peer/index.js';
import { ForbiddenDestination } from './destination.js';

/** Whom a link tells what happens at the relay. */
export interface RelayLinkListener {
  /** Whether datagrams go through now. */
  onLink(isOpen: boolean): void;
  onRelayDatagram(payload: Uint8Array, connectionId: number | undefined): void;
  /** The relay does not have the player, or is not there: where it should be may have changed. */
  onTrouble(): void;
  /** The relay is where none may be, or its tokens are none. */
  onUnusable(): void;
}

/** What a link goes by. */
export interface RelayLinkTools {
  readonly clock: Clock;
  readonly lookup: Lookup;
  readonly counts: PeerCounts;
}

/** States in which the relay will not have the player; what is left will pass by itself. */
const TROUBLE: readonly RelayPeerState[] = [
  'invalid',
  'session-timeout',
  'error',
  'disconnected',
  'silent',
  'refused',
];
/** How often trouble is told while it lasts, and a host without an address is looked up again, in milliseconds. */
const TOLD_EVERY = 5_000;

/** The way to the relay that a seat's documents name: the same peer for as long as they name the same. */
export class RelayLink {
  readonly #tools: RelayLinkTools;
  readonly #listener: RelayLinkListener;
  #peer: RelayPeer | undefined;
  #document: SeatDocument | undefined;
  #target = '';
  #isOpen = false;
  #troubleToldAt: number | undefined;
  #triedAgainAt: number | undefined;

  constructor(tools: RelayLinkTools, listener: RelayLinkListener) {
    this.#tools = tools;
    this.#listener = listener;
  }

  /** Whether datagrams go through. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get roundTrip(): number | null {
    return this.#peer?.roundTrip ?? null;
  }

  /** Moves to another relay where the document names one. One that is not open says nothing of the relay that was. */
  follow(document: SeatDocument): void {
    const target = targetOf(document);
    if (target === undefined || target === this.#target) return;
    this.#target = target;
    this.#document = document;
    this.#connect();
  }

  /** Sends a datagram, or counts why not. */
  send(payload: Uint8Array, connectionId: number | undefined): void {
    if (this.#peer) this.#peer.send(payload, connectionId);
    else this.#tools.counts.dropped['not-open'] += 1;
  }

  turn(now: number): void {
    if (this.#triedAgainAt !== undefined && now >= this.#triedAgainAt) this.#connect();
    if (this.#troubleToldAt !== undefined && now - this.#troubleToldAt >= TOLD_EVERY) {
      this.#tellTrouble(now);
    }
  }

  close(): void {
    this.#triedAgainAt = this.#troubleToldAt = undefined;
    this.#peer?.close();
    this.#peer = undefined;
  }

  #connect(): void {
    this.close();
    const {
      relay,
      role,
      userAuthorizationToken = 0,
      sessionAuthorizationToken = 0,
    } = this.#document as SeatDocument;
    const { host = '', port = 0 } = relay ?? {};
    const tokens = { userAuthorizationToken, sessionAuthorizationToken };
    const { clock, lookup, counts } = this.#tools;
    this.#tell(false);
    let peer: RelayPeer;
    try {
      peer = new RelayPeer({ side: role, host, port, ...tokens, clock, lookup, counts });
    } catch {
      this.#listener.onUnusable();
      return;
    }
    this.#peer = peer;
    peer.on('state', (state) => {
      if (this.#peer === peer) this.#follow(state);
    });
    peer.on('datagram', (payload, connectionId) => {
      this.#listener.onRelayDatagram(payload, connectionId);
    });
    peer.connect().catch((error: unknown) => {
      // One that was closed meanwhile is of no interest.
      if (this.#peer !== peer) return;
      this.close();
      if (error instanceof ForbiddenDestination) this.#listener.onUnusable();
      else this.#triedAgainAt = this.#tools.clock.monotonic() + TOLD_EVERY;
    });
  }

  #follow(state: RelayPeerState): void {
    this.#tell(state === 'valid');
    if (TROUBLE.includes(state)) this.#tellTrouble(this.#tools.clock.monotonic());
    else this.#troubleToldAt = undefined;
  }

  #tell(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.#listener.onLink(isOpen);
  }

  #tellTrouble(now: number): void {
    this.#troubleToldAt = now;
    this.#listener.onTrouble();
  }
}

/** What makes one relay and player another; `undefined` where the document names none. */
function targetOf(document: SeatDocument): string | undefined {
  const { isOpen, relay, role, userAuthorizationToken, sessionAuthorizationToken } = document;
  if (!isOpen || !relay || userAuthorizationToken === undefined) return undefined;
  if (sessionAuthorizationToken === undefined) return undefined;
  return JSON.stringify([relay, role, userAuthorizationToken, sessionAuthorizationToken]);
}
