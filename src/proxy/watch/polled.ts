import type { AskClass } from '../limits/index.js';
import type { ListedSession } from './listed-session.js';

/** A session that is asked for again and again, as long as somebody wants to hear of it. All times are monotonic. */
export interface Polled {
  readonly sessionId: string;
  /** Whether no change is expected soon: the session is open or has failed. */
  readonly isSettled: boolean;
  /** Whether it is being asked for now. */
  readonly isAsking: boolean;
  /** From when on it is to be asked for again. */
  readonly dueAt: number;
  /** When a *get* last asked for it. */
  readonly askedAt: number;
  /** Whether a list may stand for a *get*: not where only a document can tell. */
  readonly mayBeListed: boolean;
  /** Asks for it by a *get* of this class. Does not reject. */
  ask(asks: AskClass): Promise<void>;
  /**
   * Takes what a list shows of it.
   *
   * @returns whether it must be asked for.
   */
  takeListed(listed: ListedSession): boolean;
  /** Notes that a list showed nothing new of it. */
  noteNoNews(): void;
}
