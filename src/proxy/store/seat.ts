import * as v from 'valibot';
import { Role } from '../../api/player-session.js';
import { AuthorizationToken } from '../../api/schemas.js';

/** A player's id. It stands in keys and in logs. `~` begins the names of lease holders who are not known as players. */
export const PlayerId = v.pipe(
  v.string(),
  v.regex(
    /^(?!~)[\x21-\x7e]{1,128}$/,
    'must be 1 to 128 visible ASCII characters, the first not "~"',
  ),
);

/** A player's seat in a session. A ticket proves it, and the store keeps it. */
export const Seat = v.object({
  playerId: PlayerId,
  sessionId: v.string(),
  role: Role,
  /** The player's public IP address as the proxy saw it; empty for the host of an adopted session. */
  ip: v.string(),
  /** The player's own token at the relay, once it is known. */
  authorizationToken: v.exactOptional(AuthorizationToken),
  /** How the player's datagrams come, where they come by the gateway. */
  via: v.exactOptional(v.literal('gateway')),
});

export type Seat = v.InferOutput<typeof Seat>;
