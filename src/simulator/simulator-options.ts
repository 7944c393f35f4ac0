import type { Clock } from '../api/clock.js';
import type { OperationId } from './operations.js';

/** How to run a simulator. */
export interface SimulatorOptions {
  /** TCP port; 0 picks a free one. Default: 0. */
  readonly port?: number;
  /** Address to listen on, for the API and for the relay. Default: `127.0.0.1`. */
  readonly hostname?: string;
  /** The API token that it asks for. Default: `secret`. */
  readonly apiToken?: string;
  /** Time from *create* until a session is linked, in milliseconds. Default: 1500. */
  readonly linkDelay?: number;
  /** Time from *create* until a session is ready, in milliseconds. Default: `null`, together with `linked`. */
  readonly readyDelay?: number | null;
  /** How many of the requests fail, 0 (none) to 1 (all), each in one of many ways. Default: 0. */
  readonly failRate?: number;
  /**
   * How absent values arrive: as `null`, `missing`, or by session the one or the other. Default: `mixed`,
   * because clients must take both.
   */
  readonly absent?: 'null' | 'missing' | 'mixed';
  /** Makes ids, tokens, ports and faults the same in each run that gets the same requests in the same order. Default: none. */
  readonly seed?: number;
  /**
   * Whether each session has a relay that forwards UDP. Default: `false`, plausible ports without a
   * socket behind them, so that tests are fast.
   */
  readonly relay?: boolean | RelayOptions;
  /** What sessions call their relay's host. Default: its IP address with a relay, `<id>.relay.localhost` without. */
  readonly relayHost?: string;
  /** Whether `/_simulator/…` is there. Default: `false`. */
  readonly control?: boolean;
  /** Time and randomness. Default: the platform's. */
  readonly clock?: Clock;
  /** Called as soon as a session is linked or relinked, with the clock's time, in milliseconds since the epoch. */
  readonly onLinked?: (sessionId: string, time: number) => void;
  /** Called with each answer's operation and status, `dropped` where the connection was cut instead. */
  readonly onAnswer?: (operation: OperationId, status: string) => void;
}

/** How the simulated relays treat their peers. */
export interface RelayOptions {
  /** Time from a peer's first ping until its state is valid, in milliseconds. Default: 1000. */
  readonly checkDelay?: number;
  /** Time without a ping after which a peer is forgotten, in milliseconds. Default: 10000. */
  readonly peerTimeout?: number;
}
