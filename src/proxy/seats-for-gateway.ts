import type { FollowedSeat, SeatListener, SeatSource } from '../channel-protocol/seat-source.js';
import type { SharedLimits } from '../channel-protocol/shared-limits.js';
import type { Addresses } from './identity/index.js';
import { networksOf } from './identity/index.js';
import { FollowRefusal, type FollowSeat } from './operations/index.js';
import type { AllowedOrigins } from './wire/index.js';

/** The proxy as a gateway sees it: who may open a channel, and where it leads. */
export class SeatsForGateway implements SeatSource {
  readonly sharedLimits: SharedLimits;
  readonly #addresses: Addresses;
  readonly #allowedOrigins: AllowedOrigins;
  readonly #followSeat: FollowSeat;
  readonly #hasGateway: boolean;

  /** @param hasGateway - whether there is one: without, no ticket opens anything, for none is given out here. */
  constructor(
    addresses: Addresses,
    allowedOrigins: AllowedOrigins,
    followSeat: FollowSeat,
    hasGateway: boolean,
    sharedLimits: SharedLimits,
  ) {
    this.sharedLimits = sharedLimits;
    this.#addresses = addresses;
    this.#allowedOrigins = allowedOrigins;
    this.#followSeat = followSeat;
    this.#hasGateway = hasGateway;
  }

  /** The same pages as those that may use the proxy. A program that is no browser names no origin. */
  allowsOrigin(origin: string | undefined): boolean {
    return origin === undefined || this.#allowedOrigins.has(origin);
  }

  addressKey(headers: Headers, remoteAddress: string): string {
    const [network] = networksOf(this.#addresses.clientOf(headers, remoteAddress));
    return network.name;
  }

  async follow(
    ticket: string,
    listener: SeatListener,
    admit?: (key: string) => void,
  ): Promise<FollowedSeat> {
    if (!this.#hasGateway) throw new FollowRefusal(4401, 'no-gateway');
    return this.#followSeat.follow(ticket, listener, admit);
  }
}
