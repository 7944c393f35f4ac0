import { randomBytes } from 'node:crypto';
import type { IceUdpMuxListener } from 'node-datachannel';
import type { Udp } from '../channel-protocol/control-messages.js';
import type { PeerParameters } from '../channel-protocol/peer-parameters.js';
import { type DataChannelLibrary, loadDataChannelLibrary } from './data-channel-library.js';
import { DataPeer, type DataPeerListener } from './data-peer.js';
import type { GatewayLogEntry } from './gateway-log.js';
import type { GatewayUdp } from './gateway-options.js';
import { isPublicAddress } from './public-address.js';
import { udpAddresses } from './udp-addresses.js';
import { takeUdpPort } from './udp-port.js';

/** How data channels are to be had. */
export interface DataChannelsOptions {
  readonly udp: GatewayUdp;
  /** How many there may be at once. */
  readonly most: number;
  /** Whether pages may be on this machine itself. */
  readonly development: boolean;
  /** Told, once, why there are none, or none that a page reaches. Does not throw. */
  tell(entry: Pick<GatewayLogEntry, 'what' | 'why' | 'todo'>): void;
}

/** What to do where the gateway does not know the address that pages reach it at. */
const NAME_ADDRESS =
  'Name the public IP address that pages reach the UDP port at: RELAIS_GATEWAY_UDP_ADDRESS, in code udp.address.';

/** Bytes that the library takes for one data channel before it says that they wait. */
const SEND_BUFFER = 64 * 1024;

/**
 * The ports that were given back, with what holds them: the library lets nobody take a port in the same process for a
 * second time.
 */
const spares = new Map<number, IceUdpMuxListener>();

/** All data channels of a process: they share one UDP port. */
export class DataChannels {
  readonly #library: DataChannelLibrary;
  /** Holds the port, though there may be no data channel yet. */
  readonly #holder: IceUdpMuxListener;
  readonly #port: number;
  readonly #most: number;
  readonly #peers = new Set<DataPeer>();
  /** What pages are told. */
  readonly udp: Udp;

  private constructor(
    library: DataChannelLibrary,
    holder: IceUdpMuxListener,
    most: number,
    udp: Udp,
  ) {
    this.#library = library;
    this.#holder = holder;
    this.#port = holder.port();
    this.#most = most;
    this.udp = udp;
  }

  /** Takes the port. Resolves to nothing where that cannot be, or the library is not there. Does not reject. */
  static async open(options: DataChannelsOptions): Promise<DataChannels | undefined> {
    const { development, most, tell, udp } = options;
    const none = (why: string, todo?: string) => void tell({ what: 'no-data-channels', why, todo });
    const library = await loadDataChannelLibrary();
    if (typeof library === 'string') return none(library);
    const addresses = udpAddresses(udp, development);
    if (addresses.length === 0) return none('no-address', NAME_ADDRESS);
    // Its own is 1 MiB: what waits in there cannot be seen, and so cannot be bounded.
    library.setSctpSettings({ sendBufferSize: SEND_BUFFER });
    try {
      const holder = await holdPort(library, udp.port);
      const told: Udp = { type: 'udp', addresses, port: udp.publicPort ?? holder.port() };
      if (!development && !addresses.some(isPublicAddress)) {
        tell({ what: 'private-addresses', todo: NAME_ADDRESS });
      }
      return new DataChannels(library, holder, most, told);
    } catch (error) {
      // The library has no code for it: then somebody was quicker.
      const { code = 'EADDRINUSE' } = error as NodeJS.ErrnoException;
      return none(code === 'EADDRINUSE' ? 'port-taken' : 'port-refused');
    }
  }

  /** How many there are now, those included that are coming up. */
  get size(): number {
    return this.#peers.size;
  }

  /** Bytes that wait in this process to be sent. */
  get waitingBytes(): number {
    let sum = 0;
    for (const peer of this.#peers) sum += peer.waitingBytes;
    return sum;
  }

  /** Opens this end of a data channel; `undefined` where there is no room for another, or the page is none. */
  add(page: PeerParameters, listener: DataPeerListener): DataPeer | undefined {
    if (this.#peers.size >= this.#most) return undefined;
    const secrets = {
      // It names the data channel among WebSocket's subprotocols as well, and cannot be guessed by whoever floods.
      ufrag: randomBytes(12).toString('hex'),
      password: randomBytes(24).toString('hex'),
    };
    const tools = { library: this.#library, port: this.#port, ...secrets };
    try {
      const peer: DataPeer = new DataPeer(tools, page, {
        onMessage: (message) => listener.onMessage(message),
        onOpen: () => listener.onOpen(),
        onClosed: () => {
          this.#peers.delete(peer);
          listener.onClosed();
        },
      });
      this.#peers.add(peer);
      return peer;
    } catch {
      return undefined;
    }
  }

  /** Closes one. */
  remove(peer: DataPeer): void {
    this.#peers.delete(peer);
    peer.close();
  }

  /** Closes all, and leaves the port to the next one here. */
  close(): void {
    for (const peer of this.#peers) this.remove(peer);
    spares.set(this.#port, this.#holder);
  }
}

/**
 * Holds the port that is asked for, or for 0 one that nobody has: the library cannot choose one that all its peers then
 * share. It is tried here first, for where the library does not get a port, it writes among the lines of the log.
 *
 * @throws {Error} Node's own, or the library's, where the port cannot be had.
 */
async function holdPort(library: DataChannelLibrary, wanted: number): Promise<IceUdpMuxListener> {
  const spare = spares.get(wanted);
  if (spare) {
    spares.delete(wanted);
    return spare;
  }
  const socket = await takeUdpPort(wanted);
  const { port } = socket.address();
  socket.close();
  return new library.IceUdpMuxListener(port);
}
