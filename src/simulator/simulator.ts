import { type Clock, systemClock } from '../api/clock.js';
import type { RelaySession } from '../api/schemas.js';
import { listen } from '../http/listen.js';
import { createRoutes } from './routes.js';
import { Sessions } from './sessions.js';

/** How to run a {@link Simulator}. */
export interface SimulatorOptions {
  /** TCP port; 0 picks a free one. Default: 0. */
  readonly port?: number;
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly hostname?: string;
  /** The API token that it asks for. Default: `secret`. */
  readonly apiToken?: string;
  /** Time from *create* until a session is ready and linked, in milliseconds. Default: 1500. */
  readonly linkDelay?: number;
  /** Time and randomness. Default: the platform's. */
  readonly clock?: Clock;
}

/** A stand-in for Edgegap's relay session API. */
export interface Simulator {
  /** Base URL of the API. */
  readonly url: string;
  /** The sessions that are open now, as the API would show them. */
  sessions(): RelaySession[];
  /** Lets a session fail with a message. Returns whether there was such a session. */
  failSession(sessionId: string, message: string): boolean;
  /** Stops it. All its sessions are gone. */
  close(): Promise<void>;
}

/** Starts a simulator. Rejects when the address is taken or not there. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, hostname = '127.0.0.1', apiToken = 'secret' } = options;
  const { linkDelay = 1500, clock = systemClock } = options;
  const sessions = new Sessions({ linkDelay, clock });
  const routes = createRoutes(sessions, apiToken);
  const listener = await listen((request) => routes.fetch(request), { port, hostname });
  return {
    url: listener.url,
    sessions: () => sessions.list(),
    failSession: (sessionId, message) => sessions.fail(sessionId, message),
    async close() {
      sessions.clear();
      await listener.close();
    },
  };
}
