/** `relais/simulator`: a stand-in for Edgegap's relay session API, for development and tests. Node only. */
export { createSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
