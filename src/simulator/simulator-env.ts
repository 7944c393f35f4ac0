import type { Context } from 'hono';
import type { Connection } from '../http/listen.js';

/** What the simulator's routes find in Hono's context. */
export type SimulatorEnv = {
  Bindings: Connection;
  /** Whether the connection was cut instead of an answer. */
  Variables: { isDropped: boolean };
};

export type SimulatorContext = Context<SimulatorEnv>;
