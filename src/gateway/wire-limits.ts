import type { CompleteLimits } from './gateway-options.js';

/** A wire's place among all. */
export interface Place {
  /** Whether its address has more wires than it may: it is told so, and closed. */
  readonly isOver: boolean;
  /** Its ticket was looked at. */
  settle(): void;
  /** It is closed. To call it twice does no harm. */
  leave(): void;
}

/** Of those that are over the limit, so many times the limit are told so. The rest is not even let in. */
const TOLD = 2;

/** Counts the wires: of each address, and those whose ticket was not looked at yet. */
export class WireLimits {
  readonly #limits: CompleteLimits;
  readonly #byAddress = new Map<string, number>();
  #unsettled = 0;

  constructor(limits: CompleteLimits) {
    this.#limits = limits;
  }

  /** How many addresses have wires. */
  get addresses(): number {
    return this.#byAddress.size;
  }

  /** Counts a wire; `undefined` where there is no room for it at all. */
  admit(address: string): Place | undefined {
    const { handshakes, wiresPerAddress } = this.#limits;
    const count = this.#byAddress.get(address) ?? 0;
    if (this.#unsettled >= handshakes || count >= wiresPerAddress * TOLD) return undefined;
    this.#byAddress.set(address, count + 1);
    this.#unsettled += 1;
    let isUnsettled = true;
    let isThere = true;
    const settle = () => {
      if (isUnsettled) this.#unsettled -= 1;
      isUnsettled = false;
    };
    const leave = () => {
      settle();
      if (isThere) this.#forget(address);
      isThere = false;
    };
    return { isOver: count >= wiresPerAddress, settle, leave };
  }

  #forget(address: string): void {
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
