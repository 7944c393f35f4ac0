import type { SeatSource } from '../channel-protocol/seat-source.js';
import type { Clock } from '../common/clock.js';
import type { Lookup } from '../peer/index.js';
import type { GatewayLogEntry } from './gateway-log.js';
import type { GatewayMetrics } from './gateway-metrics.js';

/** Where a gateway takes data channels. */
export interface GatewayUdp {
  /** The UDP port that all data channels of this process share; `0` takes one that is free. */
  readonly port: number;
  /**
   * The IP address that pages reach it at, or several: needed behind NAT and in a container, for there the machine does
   * not know it. @default the machine's own addresses
   */
  readonly address?: string | readonly string[] | undefined;
}

/** How much a gateway carries. */
export interface GatewayLimits {
  /** Datagrams a second that one player may send; a host as many for each player. @default 200 */
  readonly datagramsPerSecond?: number | undefined;
  /** Bytes a second that one player may send; a host as many for each player. @default 262144 */
  readonly bytesPerSecond?: number | undefined;
  /** Wires that one address may have, those that are being closed included. @default 256 */
  readonly wiresPerAddress?: number | undefined;
  /** Wires that one seat may open within ten seconds, one after the other. @default 50 */
  readonly openingsPerSeat?: number | undefined;
  /** Wires that one address may open within ten seconds. @default 2560 */
  readonly openingsPerAddress?: number | undefined;
  /** Wires, of all addresses, that may wait at once for their ticket to be looked at. @default 1000 */
  readonly handshakes?: number | undefined;
  /** Data channels that there may be at once: each takes some 300 KiB. Others stay on WebSocket. @default 1000 */
  readonly dataChannels?: number | undefined;
}

/** The limits with their defaults. */
export interface CompleteLimits {
  readonly datagramsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly wiresPerAddress: number;
  readonly openingsPerSeat: number;
  readonly openingsPerAddress: number;
  readonly handshakes: number;
  readonly dataChannels: number;
}

/** How to run a gateway. */
export interface GatewayOptions {
  /** Who may have a channel, and where it leads. */
  readonly seats: SeatSource;
  /**
   * This process's own URL, `wss://gateway-3.studio.example/v1/channel` for instance: a wire that was lost comes back
   * to it, for its UDP socket is here. @default none: it comes back to where it was opened
   */
  readonly url?: string | undefined;
  /**
   * The public IP address of this machine, where it does not know it itself, behind NAT for instance: no relay may have
   * it, unless in development. This machine's other addresses are known. @default none
   */
  readonly address?: string | undefined;
  /**
   * Whether relays may have private addresses and those of this machine, as the simulator's have. In production the
   * gateway would be a way into the studio's own network. @default false
   */
  readonly development?: boolean | undefined;
  /**
   * Takes WebRTC data channels beside the WebSockets, which do not hold everything back where a packet is lost. Needs
   * the package `node-datachannel`; where that is not installed or does not load, or the port is taken, the log says so
   * and pages stay on WebSocket. @default none
   */
  readonly udp?: GatewayUdp | undefined;
  /** How much is carried. @default those of {@link GatewayLimits} */
  readonly limits?: GatewayLimits | undefined;
  /** Told what becomes of each channel. What it throws is ignored. @default nobody */
  readonly log?: ((entry: GatewayLogEntry) => void) | undefined;
  /** Where the figures go. @default nowhere */
  readonly metrics?: GatewayMetrics | undefined;
  /** Time and randomness. @default the platform's */
  readonly clock?: Clock | undefined;
  /** Finds the IP address of a relay's host. What it finds is checked all the same. @default the system's resolver */
  readonly lookup?: Lookup | undefined;
}

const DEFAULTS: CompleteLimits = {
  datagramsPerSecond: 200,
  bytesPerSecond: 256 * 1024,
  wiresPerAddress: 256,
  // A page that loses each wire at once opens another every 200 ms, and never has too many.
  openingsPerSeat: 50,
  // As many as 256 pages behind one address open whose tries all fail.
  openingsPerAddress: 2_560,
  handshakes: 1_000,
  dataChannels: 1_000,
};

/** Puts the defaults in. */
export function completeLimits(limits: GatewayLimits = {}): CompleteLimits {
  return {
    datagramsPerSecond: limits.datagramsPerSecond ?? DEFAULTS.datagramsPerSecond,
    bytesPerSecond: limits.bytesPerSecond ?? DEFAULTS.bytesPerSecond,
    wiresPerAddress: limits.wiresPerAddress ?? DEFAULTS.wiresPerAddress,
    openingsPerSeat: limits.openingsPerSeat ?? DEFAULTS.openingsPerSeat,
    openingsPerAddress: limits.openingsPerAddress ?? DEFAULTS.openingsPerAddress,
    handshakes: limits.handshakes ?? DEFAULTS.handshakes,
    dataChannels: limits.dataChannels ?? DEFAULTS.dataChannels,
  };
}
