import { RelayApi } from '../../src/api/relay-api.js';
import type { RelaySession } from '../../src/api/schemas.js';
import type { Clock } from '../../src/common/clock.js';
import type { RelaySide } from '../../src/datagram/index.js';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/simulator.js';
import { FakeClock } from './fake-clock.js';

/** What a peer needs to know of its relay. */
export interface RelaySeat {
  readonly side: RelaySide;
  readonly host: string;
  readonly port: number;
  readonly userAuthorizationToken: number;
  readonly sessionAuthorizationToken: number;
}

/** A linked session whose relay forwards UDP. */
export interface RelayMatch extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly api: RelayApi;
  readonly sessionId: string;
  /** The seat of the user at `index`, as the session is now. */
  seat(side: RelaySide, index: number): Promise<RelaySeat>;
}

/** Starts a simulator with one session of `players`, linked from the start. */
export async function startRelayMatch(
  players: number,
  clock: Clock,
  options: SimulatorOptions = {},
): Promise<RelayMatch> {
  const simulator = await createSimulator({
    clock,
    linkDelay: 0,
    relay: { checkDelay: 0 },
    ...options,
  });
  const api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
  const users = Array.from({ length: players }, () => ({ ip: '1.1.1.1' }));
  const { session_id } = await api.createSession({ users });
  const linked = async (): Promise<RelaySession> => {
    for (;;) {
      const session = await api.getSession(session_id);
      if (session.relay) return session;
      if (clock instanceof FakeClock) clock.advance(1);
    }
  };
  await linked();
  return {
    simulator,
    api,
    sessionId: session_id,
    async seat(side, index) {
      const session = await linked();
      return {
        side,
        host: session.relay?.host ?? '',
        port: session.relay?.ports?.[side]?.port ?? 0,
        userAuthorizationToken: session.session_users?.[index]?.authorization_token ?? 0,
        sessionAuthorizationToken: session.authorization_token ?? 0,
      };
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}
