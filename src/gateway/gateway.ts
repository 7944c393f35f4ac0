import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CHANNEL_PATH } from '../channel-protocol/channel-path.js';
import { CLOSE_CODES } from '../channel-protocol/close-codes.js';
import { keptKeyOf, SUBPROTOCOL } from '../channel-protocol/subprotocol.js';
import { type Clock, systemClock } from '../common/clock.js';
import { isIpAddress } from '../common/hosts.js';
import { RelayError } from '../common/relay-error.js';
import { Ages } from './ages.js';
import { Channels } from './channels.js';
import { checkUdp } from './check-udp.js';
import { DataChannels } from './data-channels.js';
import { guardLookup, readOwnAddresses, resolveAll } from './destination.js';
import type { GatewayLogEntry } from './gateway-log.js';
import type { GatewayTotals } from './gateway-metrics.js';
import { completeLimits, type GatewayOptions } from './gateway-options.js';
import { Handshake, offeredIn } from './handshake.js';
import { PageWire } from './page-wire.js';
import { refuseUpgrade } from './refuse-upgrade.js';
import { type Place, WireLimits } from './wire-limits.js';

/** Carries pages' datagrams to relays and back. */
export interface Gateway {
  /**
   * Takes a WebSocket in: to be called with what Node's HTTP server tells in its `upgrade` event. Of the path only the
   * end is looked at, so that a base path may stand before it: another one than `/v1/channel` is answered with 404.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Gets ready to stop: takes no more wires in, and asks all pages to move to another gateway, one after the other.
   * Each wire carries on until its page has another one.
   *
   * @param duration - time until {@link Gateway.close}, in milliseconds.
   */
  drain(duration: number): void;
  /**
   * Closes all wires, with 4503, or with 4307 where their pages were to move. Cuts those that are still there after
   * `grace` milliseconds, and takes no more in.
   *
   * @param grace - 1000 by default.
   */
  close(grace?: number): Promise<void>;
  /** What was done so far. */
  stats(): GatewayTotals;
}

/** The path that wires are opened at. */
const PATH = `/${CHANNEL_PATH}`;
/** The longest message that is read, in bytes: a datagram with what stands before it. */
const LARGEST_MESSAGE = 1_200;
/** How long a wire that is being closed may take to answer, in milliseconds. */
const CLOSE_TIMEOUT = 2_000;
const GRACE = 1_000;

/**
 * Starts a gateway. Nothing listens yet: it is given the sockets of a server that does.
 *
 * @throws {RelayError} `invalid-option` for an address that is none, and for a port of `udp` that is none.
 * @example
 * ```ts
 * import { createGateway } from 'relais/gateway';
 * import { createRelayProxy } from 'relais/proxy';
 * import { serveRelayProxy } from 'relais/proxy/node';
 *
 * const edgegap = { apiToken: process.env['EDGEGAP_API_TOKEN'] ?? '' };
 * const proxy = createRelayProxy({ edgegap, guests: true, gateway: {} });
 * const gateway = createGateway({ seats: proxy.seats });
 * await serveRelayProxy(proxy, { port: 8080, hostname: '127.0.0.1', gateway });
 * ```
 */
export function createGateway(options: GatewayOptions): Gateway {
  return new RelayGateway(options);
}

class RelayGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #clock: Clock;
  readonly #places: WireLimits;
  readonly #channels: Channels;
  /** Of this process, where it takes some: known a moment after the start. */
  readonly #dataChannels: Promise<DataChannels | undefined>;
  #openedDataChannels: DataChannels | undefined;
  readonly #wires = new Set<PageWire>();
  readonly #server: WebSocketServer;
  #serial = 0;
  #isClosing = false;

  constructor(options: GatewayOptions) {
    const { clock = systemClock, development = false, lookup = resolveAll, url } = options;
    const own = ownAddresses(options.address);
    if (options.udp) checkUdp(options.udp);
    const limits = completeLimits(options.limits);
    this.#options = options;
    this.#clock = clock;
    this.#places = new WireLimits(limits, options.seats.sharedLimits, clock);
    this.#dataChannels = this.#openDataChannels(limits.dataChannels);
    this.#channels = new Channels({
      clock,
      limits,
      sharedLimits: options.seats.sharedLimits,
      url: url ?? null,
      ages: new Ages(),
      dataChannels: this.#dataChannels,
      lookup: guardLookup(lookup, development, () => [...readOwnAddresses(), ...own]),
      tell: (entry) => this.#tell(entry),
    });
    this.#server = new WebSocketServer(serverOptions());
    options.metrics?.onStart(() => this.stats());
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', destroyOnError);
    if (!request.url?.split('?')[0]?.endsWith(PATH)) {
      refuseUpgrade(socket, 404);
      return;
    }
    const place = this.#admit(request);
    if (!place || this.#isClosing) {
      place?.leave();
      this.#count('refused', this.#isClosing ? 'closing' : 'no-room');
      refuseUpgrade(socket, 503);
      return;
    }
    socket.on('close', place.leave);
    this.#server.handleUpgrade(request, socket, head, (accepted) => {
      this.#greet(accepted, socket, request, place);
    });
  }

  drain(duration: number): void {
    this.#isClosing = true;
    this.#channels.moveAll(duration);
  }

  async close(grace = GRACE): Promise<void> {
    this.#isClosing = true;
    const wires = [...this.#wires];
    const closed = Promise.all(
      wires.map((wire) => new Promise<void>((done) => wire.whenClosed(done))),
    );
    this.#channels.close();
    for (const wire of wires) wire.close(CLOSE_CODES.closing, 'closing');
    const timer = this.#clock.setTimeout(() => {
      for (const wire of wires) wire.terminate();
    }, grace);
    await closed;
    this.#clock.clearTimeout(timer);
    (await this.#dataChannels)?.close();
  }

  stats(): GatewayTotals {
    const data = this.#openedDataChannels;
    let waitingBytes = data?.waitingBytes ?? 0;
    for (const wire of this.#wires) waitingBytes += wire.waitingBytes;
    const [wires, dataChannels] = [this.#wires.size, data?.size ?? 0];
    return { ...this.#channels.totals(), wires, dataChannels, waitingBytes };
  }

  #admit({ headers, socket }: IncomingMessage): Place | undefined {
    const given = new Headers();
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) given.set(name, String(value));
    }
    try {
      const key = this.#options.seats.addressKey(given, socket.remoteAddress ?? '');
      return this.#places.admit(key, this.#clock.monotonic());
    } catch {
      return undefined;
    }
  }

  #greet(accepted: WebSocket, socket: Duplex, request: IncomingMessage, place: Place): void {
    this.#serial += 1;
    const keptKey = keptKeyOf(offeredIn(request.headers));
    const names = { serial: this.#serial, keptKey };
    const wire = new PageWire(accepted, socket, names, () => this.#clock.monotonic());
    this.#wires.add(wire);
    wire.whenClosed(() => this.#wires.delete(wire));
    const handshake = new Handshake({
      seats: this.#options.seats,
      clock: this.#clock,
      excess: place.excess,
      admit: (key) => this.#channels.admit(key),
      isClosing: () => this.#isClosing,
    });
    void handshake.run(wire, accepted.protocol, request.headers).then((result) => {
      place.settle();
      if (typeof result === 'object') {
        this.#channels.seat(wire, result.seat, result.ears, result.document);
      } else this.#tell({ what: 'refused', why: result });
    });
  }

  async #openDataChannels(most: number): Promise<DataChannels | undefined> {
    const { development = false, udp } = this.#options;
    if (!udp) return undefined;
    this.#openedDataChannels = await DataChannels.open({
      udp,
      most,
      development,
      tell: (entry) => this.#tell(entry),
    });
    return this.#openedDataChannels;
  }

  #tell(entry: Omit<GatewayLogEntry, 'event' | 'at'>): void {
    this.#count(entry.what, entry.why);
    try {
      this.#options.log?.({
        event: 'channel',
        at: new Date(this.#clock.now()).toISOString(),
        ...entry,
      });
    } catch {
      // Nobody's play ends because of a line that could not be written.
    }
  }

  /** Counts without a line in the log: of those who are not even let in, there may be very many. */
  #count(what: GatewayLogEntry['what'], why: string | undefined): void {
    try {
      this.#options.metrics?.onChannel(what, why);
    } catch {
      // Nor because of a figure.
    }
  }
}

/** The address by which others see this machine, where it was told. */
function ownAddresses(address: string | undefined): readonly string[] {
  if (address === undefined) return [];
  if (isIpAddress(address)) return [address];
  throw new RelayError('invalid-option', 'address must be an IP address.');
}

/** No closure: one would keep the request, with its ticket, for as long as the socket. */
function destroyOnError(this: Duplex): void {
  this.destroy();
}

function serverOptions() {
  return {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LARGEST_MESSAGE,
    // Nobody needs more pieces than this for so short a message.
    maxFragments: 16,
    closeTimeout: CLOSE_TIMEOUT,
    handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  } as const;
}
