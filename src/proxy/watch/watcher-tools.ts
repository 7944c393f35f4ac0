import type { RelayApi } from '../../api/relay-api.js';
import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import type { AskClass } from '../limits/index.js';
import type { SessionRecords } from '../store/index.js';
import type { Polls } from './polls.js';
import type { SharedTimer } from './shared-timer.js';

/** What every `SessionWatcher` works with. */
export interface WatcherTools {
  /** The relay session API where no player asks, with the class of a *get*, for a session. */
  readonly apiFor: (asks: AskClass, sessionId: string) => RelayApi;
  /** Asks for sessions that somebody waits for. */
  readonly polls: Polls;
  readonly records: SessionRecords;
  readonly deadlines: SharedTimer;
  readonly clock: Clock;
  /**
   * Whether the service calls a webhook when a session is open.
   *
   * @default false
   */
  readonly hasWebhook?: boolean | undefined;
  /** Called with the first document of a session, which may tell what the store has forgotten. */
  readonly onFirstSeen: (session: RelaySession) => Promise<void>;
  /** Called when the service reports an error for a session. Default: nobody is told. */
  readonly onFailed?: (session: RelaySession) => void;
  /**
   * Whether players do not get to know the relay and its tokens, because they come by the gateway alone.
   *
   * @default false
   */
  readonly hidesRelay?: boolean | undefined;
}
