import type { RelaySession } from '../../api/schemas.js';
import type { Clock } from '../../common/clock.js';
import type { SessionRecords } from '../store/index.js';
import { hideSecrets } from './hide-secrets.js';
import type { LogEntry } from './log.js';

/** What {@link FailedSessions} work with. */
export interface FailedSessionsTools {
  readonly records: SessionRecords;
  readonly clock: Clock;
  readonly log: ((entry: LogEntry) => void) | undefined;
  /** What must not be in the log. */
  readonly secrets: readonly string[];
}

/** Tells the log, once for each session, why it failed. Players do not get to read the service's words. */
export class FailedSessions {
  readonly #tools: FailedSessionsTools;

  constructor(tools: FailedSessionsTools) {
    this.#tools = tools;
  }

  /** Tells of one session. Does not reject; where the store does not answer, the log may be told twice. */
  async tell({ session_id: sessionId, error = '' }: RelaySession): Promise<void> {
    const { clock, log, records, secrets } = this.#tools;
    if (!log || !(await records.claimFailure(sessionId).catch(() => true))) return;
    log({
      event: 'failure',
      at: new Date(clock.now()).toISOString(),
      message: `The session failed. The relay service says: ${hideSecrets(error, secrets)}`,
      session: sessionId,
    });
  }
}
