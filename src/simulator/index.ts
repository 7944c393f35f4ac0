/**
 * `relais/simulator`: a stand-in for Edgegap's relay session API, for development and tests. Node only.
 *
 * @module relais/simulator
 */

export {
  decodeFromRelay,
  decodeToRelay,
  encodeFromRelay,
  encodeToRelay,
  type FromRelay,
  LARGEST_DATAGRAM,
  LARGEST_PAYLOAD,
  RELAY_STATES,
  type RelaySide,
  type RelayState,
  type ToRelay,
  type Undecodable,
} from '../datagram/index.js';
export type { SimulatorControls } from './api/index.js';
export type { Fault } from './faults/index.js';
export type { OperationId } from './operations.js';
export type { NetworkConditions } from './relay/index.js';
export type { Life } from './sessions/index.js';
export { createSimulator, type Simulator } from './simulator.js';
export type { RelayOptions, SameAddress, SimulatorOptions } from './simulator-options.js';
export type { RelayCounters, SimulatorStats } from './stats.js';
