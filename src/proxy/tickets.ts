import { jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import { Role } from '../api/player-session.js';
import { AuthorizationToken } from '../api/schemas.js';
import { ProxyError } from './proxy-error.js';

/** A player's seat in a session: what a ticket proves. */
export const Seat = v.object({
  playerId: v.string(),
  sessionId: v.string(),
  role: Role,
  /** The player's public IP address, as the proxy saw it. */
  ip: v.string(),
  /** The player's own token at the relay, where it was known when the ticket was signed. */
  authorizationToken: v.optional(AuthorizationToken),
});

export type Seat = v.InferOutput<typeof Seat>;

const AUDIENCE = 'relais-ticket';

/** Signs and checks tickets: JWTs, HMAC with SHA-256, that open one session for one player. */
export class Tickets {
  readonly #key: Uint8Array;
  readonly #lifetime: number;

  /** @param lifetime - in seconds. */
  constructor(secret: string, lifetime: number) {
    this.#key = new TextEncoder().encode(secret);
    this.#lifetime = lifetime;
  }

  sign(seat: Seat): Promise<string> {
    return new SignJWT({ seat })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(AUDIENCE)
      .setExpirationTime(`${this.#lifetime}s`)
      .sign(this.#key);
  }

  /** @throws {ProxyError} 401 where there is no good ticket. */
  async verify(authorization: string | undefined): Promise<Seat> {
    const [, ticket] = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '') ?? [];
    if (!ticket) {
      throw new ProxyError(401, 'unauthorized', 'Send the ticket as "Authorization: Bearer …".');
    }
    try {
      const { payload } = await jwtVerify(ticket, this.#key, {
        algorithms: ['HS256'],
        audience: AUDIENCE,
      });
      return v.parse(Seat, payload['seat']);
    } catch {
      throw new ProxyError(401, 'unauthorized', 'The ticket is not valid, or no longer.');
    }
  }
}
