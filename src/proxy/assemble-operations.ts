import type { Clock } from '../common/clock.js';
import type { ChannelTickets, GatewayAccesses, Tickets, WebhookTokens } from './identity/index.js';
import type { Limiter, WrongJoinCodes } from './limits/index.js';
import {
  AuthorizeUser,
  ChoreFinisher,
  Create,
  CreateOrFind,
  DeleteSession,
  FollowSeat,
  Get,
  Leaving,
  List,
  NewSessions,
  type Operations,
  OrderLocks,
  OwnSessions,
  PlayerLeases,
  RevokeUser,
  SameAddressUsers,
  SeatRestorer,
  SessionFinder,
  TokenKeeper,
} from './operations/index.js';
import type { SessionRecords, Store } from './store/index.js';
import type { Adoption, Chores, Leases, LostCreates } from './upkeep/index.js';
import type { Watchers } from './watch/index.js';

/** The parts that the operations are put together from. Each operation gets those that it names. */
export interface OperationParts {
  readonly adoption: Adoption;
  readonly channelTickets: ChannelTickets;
  readonly chores: Chores;
  readonly clock: Clock;
  readonly gatewayAccesses: GatewayAccesses;
  readonly guesses: WrongJoinCodes;
  readonly leases: Leases;
  readonly limiter: Limiter;
  readonly lostCreates: LostCreates;
  readonly records: SessionRecords;
  readonly store: Store;
  readonly tickets: Tickets;
  readonly watchers: Watchers;
  readonly webhookTokens: WebhookTokens;
  /** The longest time that a request is held, in seconds. */
  readonly longestWait: number;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
}

/** Puts together what players can ask for. */
export function assembleOperations(parts: OperationParts): Operations {
  const { clock, leases, records, store, watchers } = parts;
  const playerLeases = new PlayerLeases(leases);
  const tokens = new TokenKeeper(parts);
  const restorer = new SeatRestorer({ clock, records, tokens });
  const own = new OwnSessions({ ...parts, playerLeases, restorer });
  const finisher = new ChoreFinisher(parts);
  const leaving = new Leaving({ ...parts, finisher, own });
  const deletion = new DeleteSession({ ...parts, finisher, leaving });
  return {
    authorizeUser: new AuthorizeUser({
      ...parts,
      own,
      sameAddressUsers: new SameAddressUsers(records, watchers),
      playerLeases,
      tokens,
    }),
    create: new Create({
      ...parts,
      locks: new OrderLocks(store, clock),
      createOrFind: new CreateOrFind(parts),
      newSessions: new NewSessions({ ...parts, playerLeases }),
      own,
    }),
    delete: deletion,
    followSeat: new FollowSeat({ ...parts, playerLeases }),
    get: new Get({ ...parts, own }),
    list: new List({ own, records }),
    revokeUser: new RevokeUser({ ...parts, deletion, finisher, leaving, playerLeases }),
    finder: new SessionFinder(parts),
    own,
  };
}
