import type { GatewayLogEntry } from './gateway-log.js';
import type { FromPageDrop, Passage, ToPageDrop } from './passage.js';

/** Up to which lateness datagrams from pages are counted together, in milliseconds; the rest is later. */
export const AGE_BOUNDS = [5, 20, 50, 100, 250] as const;

/** What a gateway has done since it started. */
export interface GatewayTotals {
  /** Channels that are open now, those without a wire included. */
  readonly channels: number;
  /** Wires that are open now, those that wait for their ticket to be looked at included. */
  readonly wires: number;
  /** Data channels that are open now, those included that are coming up. */
  readonly dataChannels: number;
  /** Bytes that wait in this process for pages that do not read, or are slow: 1 MiB for each wire at most. */
  readonly waitingBytes: number;
  /** Datagrams from pages to relays. */
  readonly fromPage: Passage<FromPageDrop>;
  /** Datagrams from relays to pages. */
  readonly toPage: Passage<ToPageDrop>;
  /** Bytes of the payloads that came in. */
  readonly bytes: {
    /** From pages. */
    readonly fromPage: number;
    /** From relays. */
    readonly toPage: number;
  };
  /**
   * How much later than the quickest the datagrams from pages came: how many came at most 5 ms later, 20, 50, 100 and
   * 250, and how many later still. Each is counted once.
   */
  readonly ages: readonly number[];
  /** Between gateway and relays, of the channels that are open now, in milliseconds. `null` where none is known. */
  readonly relayRoundTrip: {
    /** Half of them are quicker. */
    readonly p50: number;
    /** One in a hundred is slower. */
    readonly p99: number;
  } | null;
}

/** Where a gateway's figures go. */
export interface GatewayMetrics {
  /**
   * Something happened to a channel: see the log's entries. An upgrade that is answered with 503 is in no entry, and
   * `refused` here, because there is `no-room` or the gateway is `closing`.
   */
  onChannel(what: GatewayLogEntry['what'], why: string | undefined): void;
  /** Tells how to read the figures, at any time. Called once. */
  onStart(read: () => GatewayTotals): void;
}
