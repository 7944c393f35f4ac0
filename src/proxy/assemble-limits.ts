import type { Clock } from '../common/clock.js';
import { withoutUndefined } from '../common/without-undefined.js';
import {
  CallsPerPlayer,
  DEFAULT_LIMITS,
  HeldCounts,
  Limiter,
  LimitsForGateway,
  WrongJoinCodes,
} from './limits/index.js';
import type { RelayProxyOptions } from './options.js';
import { LimitChannel, type Store } from './store/index.js';

/** The parts that the limits are put together from. */
export interface LimitParts {
  /** The budget of calls of the service. */
  readonly callsPerSecond: number;
  readonly clock: Clock;
  /** Aborted when the proxy stops. */
  readonly closing: AbortSignal;
  readonly store: Store;
  /** Tells the log of something that went wrong, or may. */
  readonly tell: (event: 'failure' | 'warning', message: string) => void;
}

/** What keeps players to their limits. */
export interface Limiting {
  readonly calls: CallsPerPlayer;
  /** What the gateways of several instances count together. */
  readonly gatewayLimits: LimitsForGateway;
  readonly guesses: WrongJoinCodes;
  readonly limiter: Limiter;
}

/** Puts together what keeps players to their limits. */
export function assembleLimits(
  options: RelayProxyOptions,
  { callsPerSecond, clock, closing, store, tell }: LimitParts,
): Limiting {
  const limits = { ...DEFAULT_LIMITS, ...withoutUndefined(options.limits ?? {}) };
  const channel = new LimitChannel(store);
  const held = new HeldCounts(channel, clock);
  const limiter = new Limiter(limits, store, clock, held);
  const guesses = new WrongJoinCodes({
    limits,
    store,
    clock,
    onMiss: () => options.metrics?.onJoinMiss(),
    onFlood: (message) => tell('failure', message),
  });
  const calls = new CallsPerPlayer({ limits, callsPerSecond, clock, store });
  const gatewayLimits = new LimitsForGateway(held, channel, clock);
  closing.addEventListener('abort', () => {
    for (const part of [limiter, guesses, calls, gatewayLimits, held]) part.close();
  });
  return { calls, gatewayLimits, guesses, limiter };
}
