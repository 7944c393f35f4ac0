import type { RelayApi } from '../../api/relay-api.js';
import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import type { AskClass } from '../limits/index.js';
import type { Polls } from './polls.js';

/** What a `NewestDocument` works with. */
export interface NewestDocumentTools {
  /** The relay session API where no player asks, with the class of a *get*, for a session. */
  readonly apiFor: (asks: AskClass, sessionId: string) => RelayApi;
  readonly clock: Clock;
  readonly polls: Polls;
  /** Whether the service calls a webhook when the session is open. */
  readonly hasWebhook: boolean;
  /** Called with the first document of the session, which may tell what the store has forgotten. */
  readonly onFirstSeen: (session: RelaySession) => Promise<void>;
  /** Called with each document that differs from the one before it. */
  readonly onChange: (session: RelaySession) => void;
  /** Called with each document, new or not, and with the time when it was asked for, on the monotonic clock. */
  readonly onSeen: (session: RelaySession, asked: number) => void;
  /** Whether something about the session is unclear: then it is asked for as often as before it was open. */
  readonly isInDoubt: () => boolean;
  /** Called when upstream no longer knows the session. */
  readonly onGone: () => Promise<void>;
  /** Whether requests are held until there is news. */
  readonly isAwaited: () => boolean;
  /** Whether anybody wants to hear of news at all: then it is asked for when it is announced. */
  readonly isFollowed: () => boolean;
}
