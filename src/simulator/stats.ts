import { OPERATION_IDS, type OperationId } from './operations.js';

/** What the relays have done. */
export interface RelayCounters {
  /** Pings that were answered. */
  pings: number;
  /** Datagrams with data that were passed on. */
  forwarded: number;
  /** Datagrams that went nowhere, by the reason. */
  dropped: {
    /** More than 1200 bytes, or more than 1187 of payload. */
    oversized: number;
    /** Too short, or of an unknown type. */
    malformed: number;
    /** Data with a wrong token. */
    unauthorized: number;
    /** Data from or for a peer that is not there or not valid yet. */
    unroutable: number;
  };
  /**
   * Datagrams that the simulated network lost, pings included. Those lost on their way to the relay are counted nowhere
   * else; those from the relay are among its `pings` and `forwarded` as well.
   */
  lost: {
    /** On their way from a peer to the relay. */
    toRelay: number;
    /** On their way from the relay to a peer. */
    fromRelay: number;
  };
}

/** What the simulator has done since it started. */
export interface SimulatorStats {
  /** Answers per operation and status; `dropped` where the connection was cut instead. */
  calls: Record<OperationId, Record<string, number>>;
  /** The sessions, now and in all. */
  sessions: {
    /** Sessions that are there now: what a studio would be billed for. */
    open: number;
    /** Sessions that were ever created. */
    created: number;
  };
  /** What became of the webhooks. */
  webhooks: {
    /** Requests sent, repetitions included. */
    sent: number;
    /** Requests answered with success. */
    delivered: number;
    /** Given up after the last repetition. */
    failed: number;
    /** Never sent, on demand. */
    lost: number;
  };
  /** What the UDP relays did, all of them together. */
  relay: RelayCounters;
}

/** Everything at zero. */
export function noStats(): SimulatorStats {
  return {
    calls: Object.fromEntries(OPERATION_IDS.map((id) => [id, {}])) as SimulatorStats['calls'],
    sessions: { open: 0, created: 0 },
    webhooks: { sent: 0, delivered: 0, failed: 0, lost: 0 },
    relay: {
      pings: 0,
      forwarded: 0,
      dropped: { oversized: 0, malformed: 0, unauthorized: 0, unroutable: 0 },
      lost: { toRelay: 0, fromRelay: 0 },
    },
  };
}
