import type { FollowedSeat, SeatListener, SeatSource } from '../channel-protocol/seat-source.js';
import type { Addresses } from './identity/index.js';
import { networksOf } from './identity/index.js';
import type { FollowSeat } from './operations/index.js';
import type { AllowedOrigins } from './wire/index.js';

/** The proxy as a gateway sees it: who may open a channel, and where it leads. */
export class SeatsForGateway implements SeatSource {
  readonly #addresses: Addresses;
  readonly #allowedOrigins: AllowedOrigins;
  readonly #followSeat: FollowSeat;

  constructor(addresses: Addresses, allowedOrigins: AllowedOrigins, followSeat: FollowSeat) {
    this.#addresses = addresses;
    this.#allowedOrigins = allowedOrigins;
    this.#followSeat = followSeat;
  }

  /** The same pages as those that may use the proxy. A program that is no browser names no origin. */
  allowsOrigin(origin: string | undefined): boolean {
    return origin === undefined || this.#allowedOrigins.has(origin);
  }

  addressKey(headers: Headers, remoteAddress: string): string {
    const [network] = networksOf(this.#addresses.clientOf(headers, remoteAddress));
    return network.name;
  }

  follow(ticket: string, listener: SeatListener): Promise<FollowedSeat> {
    return this.#followSeat.follow(ticket, listener);
  }
}
