import type { SharedLimits } from '../channel-protocol/shared-limits.js';
import { type Clock, systemClock } from '../common/clock.js';
import { Accounts } from './accounts.js';
import type { CompleteLimits } from './gateway-options.js';
import { Openings } from './openings.js';

/** A wire's place among all. */
export interface Place {
  /** What its address has too much of: it is told so, and closed. */
  readonly excess: 'wires' | 'openings' | undefined;
  /** Its ticket was looked at. */
  settle(): void;
  /** It is closed. To call it twice does no harm. */
  leave(): void;
}

/** Of those that are over the limit, so many times the limit are told so. The rest is not even let in. */
const TOLD = 2;
/**
 * An address may have so many times the limit at all processes together: a page that moves from one to another has two
 * wires for a moment, and those of a process that has died still count for some seconds.
 */
const MOVING = 2;
/** What addresses are counted for, at all processes. */
const WIRES = 'wires';
const OPENINGS = 'openings-by-address';

/** What one address has, and did lately. */
class AddressAccount {
  readonly openings: Openings;
  wires = 0;

  constructor(openingsPerAddress: number, now: number) {
    this.openings = new Openings(openingsPerAddress, now);
  }

  isClear(now: number): boolean {
    return this.wires === 0 && this.openings.isForgiven(now);
  }
}

/** Counts the wires: of each address, how often it opens some, and those whose ticket was not looked at yet. */
export class WireLimits {
  readonly #limits: CompleteLimits;
  readonly #addresses: Accounts<AddressAccount>;
  readonly #shared: SharedLimits | undefined;
  #unsettled = 0;

  /** @param shared - what is counted together with other processes. Default: nothing. */
  constructor(limits: CompleteLimits, shared?: SharedLimits, clock: Clock = systemClock) {
    this.#limits = limits;
    this.#shared = shared;
    this.#addresses = new Accounts((now) => new AddressAccount(limits.openingsPerAddress, now));
    shared?.onSpent(OPENINGS, (address, count) => {
      const now = clock.monotonic();
      this.#addresses.of(address, now).openings.addElsewhere(count, now);
    });
  }

  /** Counts a wire; `undefined` where there is no room for it at all. */
  admit(address: string, now: number): Place | undefined {
    const { handshakes, openingsPerAddress, wiresPerAddress } = this.#limits;
    const shared = this.#shared;
    const account = this.#addresses.of(address, now);
    const isFull = account.wires >= wiresPerAddress * TOLD || account.openings.isFarOver(now);
    if (this.#unsettled >= handshakes || isFull) return undefined;
    const opensTooMany = account.openings.isOver(now);
    shared?.spend(OPENINGS, address, openingsPerAddress);
    const everywhere = account.wires + (shared?.heldElsewhere(WIRES, address) ?? 0);
    const hasTooMany = account.wires >= wiresPerAddress || everywhere >= wiresPerAddress * MOVING;
    account.wires += 1;
    const release = shared?.hold(WIRES, address, wiresPerAddress);
    this.#unsettled += 1;
    let isUnsettled = true;
    let isThere = true;
    const settle = () => {
      if (isUnsettled) this.#unsettled -= 1;
      isUnsettled = false;
    };
    const leave = () => {
      settle();
      release?.();
      if (isThere) account.wires -= 1;
      isThere = false;
    };
    const excess = opensTooMany ? 'openings' : hasTooMany ? 'wires' : undefined;
    return { excess, settle, leave };
  }
}
