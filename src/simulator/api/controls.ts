import type { RelaySession } from '../../api/schemas.js';
import { checkRequest } from '../../common/check-against-schema.js';
import { withoutUndefined } from '../../common/without-undefined.js';
import type { Faults } from '../faults/index.js';
import { type Network, NetworkChange, type NetworkConditions } from '../relay/index.js';
import { type Life, LifeChange, type Sessions } from '../sessions/index.js';
import type { SimulatorStats } from '../stats.js';

/** What can be done with a running simulator, from code or over HTTP. */
export interface SimulatorControls {
  /** What goes wrong, on demand. */
  readonly faults: Pick<Faults, 'add' | 'list' | 'clear'>;
  /**
   * The sessions that are there now, as the API would show them, the oldest first.
   *
   * @example const [oldest] = simulator.sessions();
   */
  sessions(): RelaySession[];
  /**
   * How the sessions live that are created from now on.
   *
   * @example const { linkDelay } = simulator.life();
   */
  life(): Life;
  /**
   * Changes how the sessions live that are created from now on; what is not named stays.
   *
   * @throws {RelayError} `invalid-request`; the message names the field.
   * @example simulator.setLife({ linkDelay: 5_000 });
   */
  setLife(change: { readonly [Name in keyof Life]?: Life[Name] | undefined }): Life;
  /**
   * What the network between the UDP relays and their peers is like.
   *
   * @example const { loss } = simulator.network();
   */
  network(): NetworkConditions;
  /**
   * Changes the network for all datagrams that set out from now on, of every session; what is not named stays.
   *
   * @throws {RelayError} `invalid-request`; the message names the field.
   * @example simulator.setNetwork({ loss: 0.02, latency: 40 });
   */
  setNetwork(
    change: {
      readonly [Name in keyof NetworkConditions]?: NetworkConditions[Name] | undefined;
    },
  ): NetworkConditions;
  /**
   * Lets a session fail with a message. Returns whether there was such a session.
   *
   * @example simulator.failSession('7349356945f1-S', 'No relay is free.');
   */
  failSession(sessionId: string, message: string): boolean;
  /**
   * Gives a linked session another relay. Resolves to whether there was such a session.
   *
   * @example await simulator.relink('7349356945f1-S');
   */
  relink(sessionId: string): Promise<boolean>;
  /**
   * Ends a session, as if the service had deleted it. Returns whether there was such a session.
   *
   * @example simulator.endSession('7349356945f1-S');
   */
  endSession(sessionId: string): boolean;
  /**
   * What the simulator has done since it started.
   *
   * @example const { sessions, webhooks } = simulator.stats();
   */
  stats(): SimulatorStats;
}

/** What the controls work on. */
export interface Controlled {
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly network: Network;
  readonly counters: SimulatorStats;
}

/** The controls of one simulator. */
export function createControls(controlled: Controlled): SimulatorControls {
  const { sessions, faults, network, counters } = controlled;
  return {
    faults,
    sessions: () => sessions.documents(),
    life: () => sessions.life,
    setLife(change) {
      sessions.life = { ...sessions.life, ...withoutUndefined(checkRequest(LifeChange, change)) };
      return sessions.life;
    },
    network: () => network.conditions,
    setNetwork(change) {
      network.conditions = {
        ...network.conditions,
        ...withoutUndefined(checkRequest(NetworkChange, change)),
      };
      return network.conditions;
    },
    failSession: (sessionId, message) => sessions.fail(sessionId, message),
    relink: (sessionId) => sessions.relink(sessionId),
    endSession: (sessionId) => sessions.delete(sessionId),
    stats: () => structuredClone({ ...counters, sessions: { ...sessions.counts } }),
  };
}
