import type { GuestStore, TicketStore } from 'relais';
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

  readonly ticket: TicketStore = {
    load: () => sessionStorage.getItem(`${this.#key}-ticket`),
    save: (ticket) => sessionStorage.setItem(`${this.#key}-ticket`, ticket ?? ''),
  };

  /** The code of the invitation that the seat is from. */
  get invitation(): string | null {
    return sessionStorage.getItem(`${this.#key}-invitation`);
  }

  set invitation(code: string) {
    sessionStorage.setItem(`${this.#key}-invitation`, code);
  }

  get hasTicket(): boolean {
    return Boolean(sessionStorage.getItem(`${this.#key}-ticket`));
  }
}
