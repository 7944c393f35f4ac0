import type { Clock } from '../../common/clock.js';
import type { LoginResult } from './login-fault.js';
import type { Signer } from './signer.js';

/** How guests are let in. */
export interface GuestOptions {
  /**
   * How long a guest token lasts, in seconds: 1 to 31536000.
   *
   * @default 604800 (a week)
   */
  readonly lifetime?: number | undefined;
}

/** A guest who was let in, as the proxy answers it. */
export interface AdmittedGuest {
  readonly player_id: string;
  /** Proves who they are; see {@link GuestOptions.lifetime}. */
  readonly token: string;
  /** When the token ends, as in RFC 3339, in UTC. */
  readonly expires_at: string;
}

/** What the ids of guests begin with. No login may give such an id. */
export const GUEST_PREFIX = 'guest-';

/** In seconds. */
const DEFAULT_LIFETIME = 7 * 24 * 60 * 60;

/** Lets in players without an account, and knows them again by their token. */
export class Guests {
  readonly #signer: Signer;
  readonly #clock: Clock;
  readonly #lifetime: number;

  constructor(signer: Signer, clock: Clock, { lifetime = DEFAULT_LIFETIME }: GuestOptions) {
    this.#signer = signer;
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  /** A new guest, and the token that proves it. */
  async admit(): Promise<AdmittedGuest> {
    const playerId = `${GUEST_PREFIX}${crypto.randomUUID()}`;
    const now = Math.floor(this.#clock.now() / 1000);
    return {
      player_id: playerId,
      token: await this.#signer.sign('relais-guest', { sub: playerId }, this.#lifetime),
      expires_at: new Date((now + this.#lifetime) * 1000).toISOString(),
    };
  }

  /** The guest whose token it is. */
  async identify(token: string): Promise<LoginResult> {
    const guest = await this.#signer.check('relais-guest', token);
    if (typeof guest === 'string') return { fault: guest };
    const { sub } = guest.claims;
    return sub ? { playerId: sub } : { fault: 'claim' };
  }
}
