import { CLOSE_CODES } from '../channel-protocol/close-codes.js';
import type { FromGateway, Hello, Udp } from '../channel-protocol/control-messages.js';
import type { Clock } from '../common/clock.js';
import { listenToPage } from '../common/listen-to-page.js';
import { nextTryDelay } from '../common/next-try-delay.js';
import { RelayError } from '../common/relay-error.js';
import { endOf, failed } from './close-verdicts.js';
import type { DataWire } from './data-wire.js';
import { GatewaySocket, type WebSocketClass } from './gateway-socket.js';
import type { LaneTools } from './lane.js';
import { otherRole } from './other-role.js';
import type { PeerConnectionClass } from './peer-lane.js';
import { RepeatedRefusals } from './repeated-refusals.js';
import type {
  DropCause,
  OpenWire,
  Wire,
  WireEnd,
  WireListener,
  WireMeasures,
  WireTarget,
} from './wire.js';

/** Closes the channel at the gateway, too. */
const FOR_GOOD = 1000;
/** How long a gateway that has had too much is left alone, in milliseconds. */
const TOO_MUCH = 5_000;

/**
 * A wire over WebSocket to the gateway beside the proxy. It opens within milliseconds, and everywhere. Beside it a data
 * channel comes up by itself, where one can be had, and then carries the datagrams.
 *
 * @param createPeer - `undefined` where no data channel is wanted, or none can be had: in workers for instance.
 */
export function websocketWire(
  create: WebSocketClass,
  clock: Clock,
  createPeer?: PeerConnectionClass,
): Wire {
  return {
    name: 'websocket',
    open: (target, role, listener) =>
      new WebSocketWire({ create, createPeer }, clock, target, role === 'server', listener),
  };
}

/** What the wire makes its sockets and data channels by. */
interface WireClasses {
  readonly create: WebSocketClass;
  readonly createPeer: PeerConnectionClass | undefined;
}

/**
 * Keeps a socket to the gateway, and opens another one when it is lost. The gateway keeps the player at the relay for
 * 15 s, so that whoever comes back to the same process has the same connection id.
 */
class WebSocketWire implements OpenWire {
  readonly #classes: WireClasses;
  readonly #clock: Clock;
  readonly #tools: LaneTools;
  readonly #target: WireTarget;
  readonly #isHost: boolean;
  readonly #listener: WireListener;
  readonly #life = new AbortController();
  readonly #refusals: RepeatedRefusals;
  /** The one that the gateway has welcomed. */
  #socket: GatewaySocket | undefined;
  /** The one that is being opened, in place of one that was lost or of one that carries on until then. */
  #next: GatewaySocket | undefined;
  /** The data channel beside it, once the gateway has said that it takes some. */
  #data: DataWire | undefined;
  /** The gateway's own URL, where several stand behind one. */
  #returnUrl: string | undefined;
  /** The ticket of the last try. */
  #ticket: string | undefined;
  #gatewayStats: (FromGateway & { readonly type: 'stats' }) | undefined;
  #isPutAway = false;
  #failures = 0;
  #timer: unknown;

  constructor(
    classes: WireClasses,
    clock: Clock,
    target: WireTarget,
    isHost: boolean,
    listener: WireListener,
  ) {
    this.#classes = classes;
    this.#clock = clock;
    this.#tools = { clock, isHost, traffic: listener };
    this.#target = target;
    this.#isHost = isHost;
    this.#listener = listener;
    this.#refusals = new RepeatedRefusals(clock);
    listenToPage(
      {
        // A page with an open socket is not kept in the back-forward cache.
        pagehide: () => this.#putAway(),
        pageshow: () => this.#takeOut(),
        // The network may be another one now, and the old socket lead nowhere.
        online: () => this.#startAnew(),
      },
      this.#life.signal,
    );
    // Whoever opens the wire has to get hold of it before it tells anything.
    queueMicrotask(() => this.#open());
  }

  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined {
    if (this.#data?.carries) return this.#data.send(payload, connectionId);
    return this.#socket ? this.#socket.send(payload, connectionId) : 'not-open';
  }

  /** The gateway follows the session by itself. */
  onMoved(): void {}

  measures(): WireMeasures {
    const stats = this.#gatewayStats;
    const isMoved = this.#data?.carries;
    return {
      wire: isMoved ? 'webrtc' : 'websocket',
      gatewayRoundTrip: (isMoved ? this.#data : this.#socket)?.roundTrip,
      relayRoundTrip: stats?.relayRoundTrip ?? undefined,
      gateway: stats && { fromPage: stats.fromPage, toPage: stats.toPage },
    };
  }

  close(): void {
    this.#life.abort();
    this.#closeData();
    this.#letGoOfNext(FOR_GOOD);
    this.#socket?.close(FOR_GOOD);
    this.#socket = undefined;
  }

  #open(): void {
    this.#clock.clearTimeout(this.#timer);
    if (this.#life.signal.aborted || this.#isPutAway || this.#next) return;
    const gateway = this.#target.gateway();
    if (!gateway) this.#end(failed(noGateway()));
    else if (gateway.ticket === this.#refusals.ticket) this.#openLater(0);
    else this.#connect(this.#returnUrl ?? gateway.url, gateway.ticket);
  }

  #connect(url: string, ticket: string): void {
    this.#ticket = ticket;
    const target = { url, ticket, key: this.#data?.key };
    try {
      const socket = new GatewaySocket(this.#classes.create, target, this.#tools, {
        onMessage: (message) => this.#read(message, socket),
        onClosed: (code, reason) => this.#closed(code, reason, socket),
      });
      this.#next = socket;
    } catch (cause) {
      const message = `No WebSocket can be opened to ${url}.`;
      this.#end(failed(new RelayError('invalid-url', message, { cause })));
    }
  }

  #read(message: FromGateway, socket: GatewaySocket): void {
    if (message.type === 'hello') this.#welcome(message, socket);
    else if (message.type === 'state') this.#listener.onRelay(message.state === 'open');
    else if (message.type === 'stats') this.#gatewayStats = message;
    else if (message.type === 'udp') void this.#openData(message);
    else if (message.type === 'move') this.#moveTo(message.url);
    else this.#data?.read(message);
  }

  #welcome(hello: Hello, socket: GatewaySocket): void {
    if ((hello.role === 'server') !== this.#isHost) {
      this.#end(failed(otherRole()));
      return;
    }
    this.#socket?.close();
    this.#socket = socket;
    this.#next = undefined;
    this.#failures = 0;
    this.#refusals.onWelcome();
    this.#returnUrl = hello.url ?? this.#returnUrl;
    this.#data?.onWebSocket(!!hello.keeps);
    // Where datagrams went on meanwhile, nothing begins anew.
    if (this.#data?.carries) {
      this.#listener.onTally({ missing: this.#listener.sent() - hello.received, sent: hello.sent });
    } else this.#listener.onUp(hello);
  }

  /** The gateway takes data channels. What a page needs for one is loaded only now. */
  async #openData(udp: Udp): Promise<void> {
    const { createPeer } = this.#classes;
    if (!createPeer) return;
    const loaded = await import('./data-wire.js').catch(() => undefined);
    // Where it cannot be loaded, the WebSocket will do.
    if (!loaded || !this.#socket) return;
    this.#data ??= new loaded.DataWire(createPeer, this.#tools, {
      say: (message) => this.#socket?.say(message),
      onMoved: () => {
        if (this.#socket) this.#listener.onMoved();
        else this.#listener.onLost();
      },
    });
    this.#data.onUdp(udp);
  }

  #closeData(): void {
    this.#data?.close();
    this.#data = undefined;
  }

  /** The gateway stops: another wire is opened, to another one, and until it is there this one carries on. */
  #moveTo(url: string): void {
    this.#returnUrl = this.#target.gateway(url)?.url;
    this.#open();
  }

  #closed(code: number, reason: string, socket: GatewaySocket): void {
    // Where it did not even open, the process may be gone: back to where the document says.
    if (!this.#socket) this.#returnUrl = undefined;
    const end = endOf(code, reason) ?? this.#refusals.add(code, this.#ticket);
    if (end) {
      this.#end(end);
      return;
    }
    if (socket === this.#next) this.#next = undefined;
    else this.#loseSocket();
    // The next wire may be on its way.
    if (this.#next) return;
    if (code === CLOSE_CODES.moved) this.#open();
    else this.#openLater(code === CLOSE_CODES.tooMany ? TOO_MUCH : 0);
  }

  #openLater(delay: number): void {
    this.#failures += 1;
    this.#clock.clearTimeout(this.#timer);
    const wait = Math.max(delay, nextTryDelay(this.#failures, this.#clock));
    this.#timer = this.#clock.setTimeout(() => this.#open(), wait);
  }

  #putAway(): void {
    this.#isPutAway = true;
    // A page with a data channel is not kept there either.
    this.#closeData();
    this.#lose();
  }

  #takeOut(): void {
    if (!this.#isPutAway) return;
    this.#isPutAway = false;
    this.#startAnew();
  }

  #startAnew(): void {
    if (this.#isPutAway) return;
    this.#lose();
    this.#failures = 0;
    this.#open();
  }

  #lose(): void {
    this.#letGoOfNext();
    this.#loseSocket();
  }

  #loseSocket(): void {
    if (!this.#socket) return;
    this.#socket.close();
    this.#socket = undefined;
    if (this.#data?.carries) this.#data.onAlone();
    else this.#listener.onLost();
  }

  #end(end: WireEnd): void {
    this.close();
    this.#listener.onEnd(end);
  }

  #letGoOfNext(code?: number): void {
    this.#clock.clearTimeout(this.#timer);
    this.#next?.close(code);
    this.#next = undefined;
  }
}

function noGateway(): RelayError {
  return new RelayError(
    'invalid-state',
    "The session has no gateway: connect with `via: 'gateway'`, and turn the proxy's gateway on.",
  );
}
