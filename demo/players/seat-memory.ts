import type { GuestStore } from 'relais';
import type { PlayerName } from './player-name.js';

/** What survives a reload of this tab: who the player is, and their seat. */
export class SeatMemory {
  readonly #key: string;

  constructor(player: PlayerName) {
    this.#key = `relais-demo-${player}`;
  }

  readonly guest: GuestStore = {
    load: () => sessionStorage.getItem(`${this.#key}-guest`),
    save: (token) => sessionStorage.setItem(`${this.#key}-guest`, token),
  };

  get ticket(): string | undefined {
    return sessionStorage.getItem(`${this.#key}-ticket`) ?? undefined;
  }

  set ticket(ticket: string | undefined) {
    if (ticket === undefined) sessionStorage.removeItem(`${this.#key}-ticket`);
    else sessionStorage.setItem(`${this.#key}-ticket`, ticket);
  }
}
