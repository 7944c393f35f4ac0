/** What is remembered of somebody. */
export interface Account {
  /** Whether it is as good as one that begins anew, so that it may be forgotten. */
  isClear(now: number): boolean;
}

/** How often it is looked for what may be forgotten, in milliseconds. */
const SWEPT_EVERY = 10_000;

/** Remembers what somebody did lately, though they have gone meanwhile, and forgets it when it no longer matters. */
export class Accounts<TAccount extends Account> {
  readonly #make: (now: number) => TAccount;
  readonly #byName = new Map<string, TAccount>();
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(make: (now: number) => TAccount) {
    this.#make = make;
  }

  of(name: string, now: number): TAccount {
    if (now - this.#sweptAt >= SWEPT_EVERY) this.#sweep(now);
    const account = this.#byName.get(name) ?? this.#make(now);
    this.#byName.set(name, account);
    return account;
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [name, account] of this.#byName) {
      if (account.isClear(now)) this.#byName.delete(name);
    }
  }
}
