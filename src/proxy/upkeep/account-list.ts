import { readForward, readThereAndBack } from '../../api/all-pages.js';
import type { RelayApi } from '../../api/relay-api.js';
import type { SessionEntry, SessionEntryPage } from '../../api/session-list.js';
import { PAGE, type SweepPace } from '../watch/index.js';

/** What {@link AccountList} works with. */
export interface AccountListTools {
  /** The relay session API, for what nobody waits for. */
  readonly api: RelayApi;
  /** The relay session API, for what somebody waits for. */
  readonly urgentApi: RelayApi;
  readonly pace: SweepPace;
}

/** A list that shows less than this share of the sessions that it counts itself counts as none. */
const WHOLE = 0.9;

/** What was read of the account's list. */
export interface ReadSoFar {
  /** How many pages it has. */
  pages: number;
  /** How many sessions it says that there are. */
  total: number;
  /** The ids of those that it showed. */
  readonly shown: Set<string>;
}

/** How the list is read. */
export interface ReadingRules {
  /** Whether it goes back to the first page as well, so that it meets sessions that moved meanwhile. */
  readonly isThorough: boolean;
  /** Whether somebody waits now. */
  readonly isUrgent: () => boolean;
  /** Called before each page. What it throws ends the reading. */
  readonly checkMayGoOn: () => void;
}

/** The list of the account's open sessions, read page by page. */
export class AccountList {
  readonly #tools: AccountListTools;

  constructor(tools: AccountListTools) {
    this.#tools = tools;
  }

  /**
   * Goes through all pages: at the pace of sweeps, or as fast as can be while somebody waits.
   *
   * @param onPage - gets what a page shows for the first time.
   */
  async read(
    { isThorough, isUrgent, checkMayGoOn }: ReadingRules,
    onPage: (entries: readonly SessionEntry[]) => Promise<void>,
  ): Promise<ReadSoFar> {
    const so: ReadSoFar = { pages: 1, total: 0, shown: new Set() };
    const take = async (page: SessionEntryPage) => {
      so.pages = page.pagination.paginator.num_pages;
      so.total = page.total_count;
      const entries = page.sessions.filter(({ session_id: id }) => !so.shown.has(id));
      for (const { session_id: id } of entries) so.shown.add(id);
      await onPage(entries);
    };
    const read = async (options: { page?: number | undefined }) => {
      const { api, pace, urgentApi } = this.#tools;
      if (!isUrgent()) await pace.take();
      checkMayGoOn();
      return (isUrgent() ? urgentApi : api).listEntryPage({ ...options, limit: PAGE });
    };
    if (isThorough) for await (const page of readThereAndBack(read, {})) await take(page);
    else for await (const { list } of readForward(read, {})) await take(list);
    return so;
  }
}

/**
 * Whether so many sessions are nearly all.
 *
 * @param known - how many are known to be there.
 */
export const areNearlyAll = (known: number, total: number): boolean => known >= total * WHOLE;
