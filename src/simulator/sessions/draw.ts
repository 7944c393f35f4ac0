import type { SessionUser } from '../../api/schemas.js';
import { locate } from './locations.js';

/** A session user whose token is known. */
export type UserWithToken = SessionUser & { readonly authorization_token: number };

/** Draws the plausible ids, tokens, hosts and ports of a session from one source of randomness. */
export class Draw {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** `7349356945f1-S` for instance; the next free one where it is taken. */
  sessionId(isTaken: (id: string) => boolean): string {
    // One draw has 32 bits.
    const draw = () => Math.floor(this.#random() * 2 ** 24);
    let number = draw() * 2 ** 24 + draw();
    for (;;) {
      const id = `${number.toString(16).padStart(12, '0')}-S`;
      if (!isTaken(id)) return id;
      number = (number + 1) % 2 ** 48;
    }
  }

  /** An unsigned 32-bit number, the next free one where it is taken. */
  token(isTaken: (token: number) => boolean = () => false): number {
    let token = Math.floor(this.#random() * 2 ** 32);
    while (isTaken(token)) token = (token + 1) >>> 0;
    return token;
  }

  /** A user at a plausible place, with a token that is free. */
  user(ip: string, isTaken: (token: number) => boolean): UserWithToken {
    return { ip_address: ip, ...locate(ip), authorization_token: this.token(isTaken) };
  }

  /** The even one of two neighbouring ports, 30000 to 34998, other than `previous`. */
  port(previous?: number): number {
    const port = 30_000 + Math.floor(this.#random() * 2_500) * 2;
    return port === previous ? 30_000 + ((port - 30_000 + 2) % 5_000) : port;
  }

  /** True as often as false. */
  coin(): boolean {
    return this.#random() < 0.5;
  }
}
