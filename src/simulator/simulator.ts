import { checkOptions } from '../common/check-against-schema.js';
import { type Clock, systemClock } from '../common/clock.js';
import { listen } from '../http/listen.js';
import {
  createControlRoutes,
  createControls,
  createRoutes,
  type SimulatorControls,
} from './api/index.js';
import { CHECK_DELAY, FAREWELL, PEER_TIMEOUT, SAME_ADDRESS } from './assumptions.js';
import { Faults } from './faults/index.js';
import type { OperationId } from './operations.js';
import { inventRelays, type LeaseRelay, leaseUdpRelays, Network } from './relay/index.js';
import {
  Draw,
  isDocumentationAddress,
  isPublicAddress,
  Sessions,
  type SessionsOptions,
  type SimulatedSession,
  seededRandom,
  withAbsentValues,
} from './sessions/index.js';
import { type SimulatorOptions, SimulatorOptionsSchema } from './simulator-options.js';
import { noStats, type RelayCounters, type SimulatorStats } from './stats.js';
import { Webhooks } from './webhooks/index.js';

export type { SimulatorOptions } from './simulator-options.js';

/** A stand-in for Edgegap's relay session API. */
export interface Simulator extends SimulatorControls {
  /** Base URL of the API. */
  readonly url: string;
  /**
   * Stops the simulator. All its sessions are gone then, and with them every socket and timer.
   *
   * @example await simulator.close();
   */
  close(): Promise<void>;
}

/**
 * Starts a simulator. Rejects when the address is taken or not there.
 *
 * @throws {RelayError} `invalid-option` for one that does not exist or makes no sense; the message names it.
 * @example
 * ```ts
 * import { createSimulator } from 'relais/simulator';
 *
 * const simulator = await createSimulator({ apiToken: 'secret', linkDelay: 50 });
 * console.log(simulator.url);
 * await simulator.close();
 * ```
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  checkOptions(SimulatorOptionsSchema, options);
  const { apiToken = 'secret', clock = systemClock, hostname = '127.0.0.1', port = 0 } = options;
  const chance = chanceOf(options.seed, clock);
  const counters = noStats();
  const closing = new AbortController();
  const draw = new Draw(chance.forSessions);
  const faults = new Faults(chance.forFaults, chance.forWebhooks);
  if (options.failRate) faults.add({ kind: 'any', rate: options.failRate });
  const network = new Network({
    clock,
    lost: counters.relay.lost,
    newRandom: chance.forNextPath,
  });
  const webhooks = new Webhooks({
    clock,
    counters: counters.webhooks,
    faults: () => faults.forWebhook(),
  });
  const leaseRelay = options.relay
    ? udpRelaysOf(options, hostname, clock, network, counters.relay)
    : inventRelays((previous) => draw.port(previous), options.relayHost);
  const sessions = sessionsOf(options, { clock, draw, leaseRelay, webhooks });
  const controls = createControls({ sessions, faults, network, counters });
  setOut(controls, options);
  const routes = createRoutes({
    sessions,
    draw,
    apiToken,
    isStrict: options.strict ?? false,
    isAddressAccepted: addressCheckOf(options),
    sameAddress: options.sameAddress ?? SAME_ADDRESS,
    faults,
    clock,
    signal: closing.signal,
    onAnswer: answerCounter(options, counters),
  });
  if (options.control) routes.route('/_simulator', createControlRoutes(controls));
  const listener = await listen((request, connection) => routes.fetch(request, connection), {
    port,
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

/** The sessions, which tell the caller when they are linked and the webhook when they are ready. */
function sessionsOf(
  options: SimulatorOptions,
  parts: Pick<SessionsOptions, 'clock' | 'draw' | 'leaseRelay'> & { readonly webhooks: Webhooks },
): Sessions {
  const { absent = 'mixed', onLinked } = options;
  const { clock, draw, leaseRelay, webhooks } = parts;
  return new Sessions({
    clock,
    draw,
    leaseRelay,
    absentIsNull: () => (absent === 'mixed' ? draw.coin() : absent === 'null'),
    isAddressAccepted: addressCheckOf(options),
    onLinked: ({ birth }) => guard(() => onLinked?.(birth.id, clock.now())),
    onReady: (session) => announce(session, webhooks),
  });
}

/** Counts each answer, and tells the caller. */
function answerCounter({ onAnswer }: SimulatorOptions, counters: SimulatorStats) {
  return (operation: OperationId, status: string) => {
    const calls = counters.calls[operation];
    calls[status] = (calls[status] ?? 0) + 1;
    guard(() => onAnswer?.(operation, status));
  };
}

/** The sources of randomness. Each use has one of its own, so that faults do not change what is drawn for sessions. */
function chanceOf(seed: number | undefined, clock: Clock) {
  const random = (change: number) =>
    seed === undefined ? () => clock.random() : seededRandom(seed ^ change);
  const pathSeed = random(0x3333_3333);
  return {
    forSessions: random(0),
    forFaults: random(0xffff_ffff),
    forWebhooks: random(0x5555_5555),
    /** Each path of the network has its own numbers as well, in the order in which the relays were opened. */
    forNextPath: () =>
      seed === undefined ? () => clock.random() : seededRandom(pathSeed() * 2 ** 32),
  };
}

/** Whether a user may come from an IP address. */
function addressCheckOf({ privateAddresses, strict }: SimulatorOptions): (ip: string) => boolean {
  return (ip) =>
    privateAddresses === true ||
    isPublicAddress(ip) ||
    (strict !== true && isDocumentationAddress(ip));
}

/** The relays that forward UDP, with the times that the options name. */
function udpRelaysOf(
  { relay, relayHost }: SimulatorOptions,
  hostname: string,
  clock: Clock,
  network: Network,
  counters: RelayCounters,
): LeaseRelay {
  const {
    checkDelay = CHECK_DELAY,
    peerTimeout = PEER_TIMEOUT,
    farewell = FAREWELL,
  } = typeof relay === 'object' ? relay : {};
  return leaseUdpRelays(hostname, relayHost, {
    clock,
    network,
    counters,
    checkDelay,
    peerTimeout,
    farewell,
  });
}

/** Sets the life and the network that the options name. */
function setOut(controls: SimulatorControls, options: SimulatorOptions): void {
  const { linkDelay, readyDelay, relay } = options;
  controls.setLife({ linkDelay, readyDelay });
  const { loss, latency, jitter } = typeof relay === 'object' ? relay : {};
  controls.setNetwork({ loss, latency, jitter });
}

/** Calls code of the caller's. If that throws, the error is uncaught, and breaks nothing here. */
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
