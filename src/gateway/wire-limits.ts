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
  #unsettled = 0;

  constructor(limits: CompleteLimits) {
    this.#limits = limits;
    this.#addresses = new Accounts((now) => new AddressAccount(limits.openingsPerAddress, now));
  }

  /** Counts a wire; `undefined` where there is no room for it at all. */
  admit(address: string, now: number): Place | undefined {
    const { handshakes, wiresPerAddress } = this.#limits;
    const account = this.#addresses.of(address, now);
    const isFull = account.wires >= wiresPerAddress * TOLD || account.openings.isFarOver(now);
    if (this.#unsettled >= handshakes || isFull) return undefined;
    const opensTooMany = account.openings.isOver(now);
    const hasTooMany = account.wires >= wiresPerAddress;
    account.wires += 1;
    this.#unsettled += 1;
    let isUnsettled = true;
    let isThere = true;
    const settle = () => {
      if (isUnsettled) this.#unsettled -= 1;
      isUnsettled = false;
    };
    const leave = () => {
      settle();
      if (isThere) account.wires -= 1;
      isThere = false;
    };
    const excess = opensTooMany ? 'openings' : hasTooMany ? 'wires' : undefined;
    return { excess, settle, leave };
  }
}
