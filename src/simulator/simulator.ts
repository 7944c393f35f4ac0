import type { RelaySession } from '../api/schemas.js';
import { checkOptions, checkRequest } from '../common/check-against-schema.js';
import { systemClock } from '../common/clock.js';
import { withoutUndefined } from '../common/without-undefined.js';
import { listen } from '../http/listen.js';
import { createControlRoutes, createRoutes } from './api/index.js';
import { CHECK_DELAY, FAREWELL, PEER_TIMEOUT, SAME_ADDRESS } from './assumptions.js';
import { Faults } from './faults/index.js';
import {
  Draw,
  inventRelays,
  isDocumentationAddress,
  isPublicAddress,
  type Life,
  LifeChange,
  leaseUdpRelays,
  Sessions,
  type SimulatedSession,
  seededRandom,
  Webhooks,
  withAbsentValues,
} from './sessions/index.js';
import { type SimulatorOptions, SimulatorOptionsSchema } from './simulator-options.js';
import { noStats, type SimulatorStats } from './stats.js';

export type { SimulatorOptions } from './simulator-options.js';

/** A stand-in for Edgegap's relay session API. */
export interface Simulator {
  /** Base URL of the API. */
  readonly url: string;
  /** What goes wrong, on demand. */
  readonly faults: Pick<Faults, 'add' | 'list' | 'clear'>;
  /** The sessions that are there now, as the API would show them, the oldest first. */
  sessions(): RelaySession[];
  /** How the sessions live that are created from now on. */
  life(): Life;
  /**
   * Changes how the sessions live that are created from now on; what is not named stays.
   *
   * @throws {RelayError} `invalid-request`; the message names the field.
   */
  setLife(change: { readonly [Name in keyof Life]?: Life[Name] | undefined }): Life;
  /** Lets a session fail with a message. Returns whether there was such a session. */
  failSession(sessionId: string, message: string): boolean;
  /** Gives a linked session another relay. Resolves to whether there was such a session. */
  relink(sessionId: string): Promise<boolean>;
  /** Ends a session, as if the service had deleted it. Returns whether there was such a session. */
  endSession(sessionId: string): boolean;
  /** What it has done since it started. */
  stats(): SimulatorStats;
  /** Stops it. All its sessions are gone, and with them every socket and timer. */
  close(): Promise<void>;
}

/**
 * Starts a simulator. Rejects when the address is taken or not there.
 *
 * @throws {RelayError} `invalid-option` for one that does not exist or makes no sense; the message names it.
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  checkOptions(SimulatorOptionsSchema, options);
  const { apiToken = 'secret', clock = systemClock, hostname = '127.0.0.1', seed } = options;
  const { absent = 'mixed', relay = false, relayHost, onLinked, onAnswer } = options;
  const {
    strict: isStrict = false,
    privateAddresses = false,
    sameAddress = SAME_ADDRESS,
  } = options;
  const isAddressAccepted = (ip: string) =>
    privateAddresses || isPublicAddress(ip) || (!isStrict && isDocumentationAddress(ip));
  // What goes wrong must not change what is drawn for the sessions: each has its own numbers.
  const random = (change: number) =>
    seed === undefined ? () => clock.random() : seededRandom(seed ^ change);
  const draw = new Draw(random(0));
  const faults = new Faults(random(0xffff_ffff), random(0x5555_5555));
  if (options.failRate) faults.add({ kind: 'any', rate: options.failRate });
  const counters = noStats();
  const closing = new AbortController();
  const webhooks = new Webhooks({
    clock,
    counters: counters.webhooks,
    faults: () => faults.forWebhook(),
  });
  const sessions = new Sessions({
    clock,
    draw,
    absentIsNull: () => (absent === 'mixed' ? draw.coin() : absent === 'null'),
    leaseRelay: relay
      ? leaseUdpRelays(hostname, relayHost, {
          clock,
          checkDelay: CHECK_DELAY,
          peerTimeout: PEER_TIMEOUT,
          farewell: FAREWELL,
          ...(relay !== true && withoutUndefined(relay)),
          counters: counters.relay,
        })
      : inventRelays(draw, relayHost),
    isAddressAccepted,
    onLinked: ({ birth }) => guard(() => onLinked?.(birth.id, clock.now())),
    onReady: (session) => announce(session, webhooks),
  });
  const setLife: Simulator['setLife'] = (change) => {
    sessions.life = { ...sessions.life, ...withoutUndefined(checkRequest(LifeChange, change)) };
    return sessions.life;
  };
  setLife({ linkDelay: options.linkDelay, readyDelay: options.readyDelay });
  const controls: Omit<Simulator, 'url' | 'close'> = {
    faults,
    sessions: () => sessions.documents(),
    life: () => sessions.life,
    setLife,
    failSession: (sessionId, message) => sessions.fail(sessionId, message),
    relink: (sessionId) => sessions.relink(sessionId),
    endSession: (sessionId) => sessions.delete(sessionId),
    stats: () => structuredClone({ ...counters, sessions: { ...sessions.counts } }),
  };
  const routes = createRoutes({
    sessions,
    draw,
    apiToken,
    isStrict,
    isAddressAccepted,
    sameAddress,
    faults,
    clock,
    signal: closing.signal,
    onAnswer(operation, status) {
      const calls = counters.calls[operation];
      calls[status] = (calls[status] ?? 0) + 1;
      guard(() => onAnswer?.(operation, status));
    },
  });
  if (options.control) routes.route('/_simulator', createControlRoutes(controls));
  const listener = await listen((request, connection) => routes.fetch(request, connection), {
    port: options.port ?? 0,
    hostname,
  });
  return {
    ...controls,
    url: listener.url,
    async close() {
      closing.abort();
      await Promise.all([sessions.close(), webhooks.close(), listener.close()]);
    },
  };
}

/** What the caller's own code throws is uncaught, and breaks nothing here. */
function guard(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The webhook is a POST of the session, once it is ready. */
function announce(session: SimulatedSession, webhooks: Webhooks): void {
  const { webhookUrl } = session.birth;
  if (webhookUrl) webhooks.post(webhookUrl, withAbsentValues(session, session.document()));
}
