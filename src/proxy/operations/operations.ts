import type { AuthorizeUser } from './authorize-user.js';
import type { Create } from './create.js';
import type { DeleteSession } from './delete.js';
import type { SessionFinder } from './find-session.js';
import type { FollowSeat } from './follow-seat.js';
import type { Get } from './get.js';
import type { List } from './list.js';
import type { OwnSessions } from './own-sessions.js';
import type { RevokeUser } from './revoke-user.js';

/** What a player can ask for, by the names that the relay session API gives it. */
export interface Operations {
  readonly authorizeUser: AuthorizeUser;
  readonly create: Create;
  readonly delete: DeleteSession;
  readonly get: Get;
  readonly list: List;
  readonly revokeUser: RevokeUser;
  /** Follows a player's seat for the gateway. */
  readonly followSeat: FollowSeat;
  /** Finds the session that a player names when they join. */
  readonly finder: SessionFinder;
  /** Says what the player gets to read of their session afterwards. */
  readonly own: OwnSessions;
}
