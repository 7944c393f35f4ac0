import type { ListOptions } from './relay-api-options.js';
import type { SessionPage } from './session-list.js';

/** How many pages may be read beyond twice the number that the first one announces. */
const SLACK = 10;

/** Reads one page. */
type ReadPage<TPage> = (options: ListOptions) => Promise<TPage>;

/**
 * Everything on all pages, page by page as it is consumed. Each session comes at most once. While several pages are
 * read, sessions that begin or end move others from page to page. So all pages are read a second time, from the last to
 * the first: a session that moved past the reader on the way there is met on the way back. Both ways have an end,
 * however busy the account is.
 */
export async function* readAllPages<TEntry extends { readonly session_id: string }>(
  read: ReadPage<SessionPage<TEntry>>,
  options: ListOptions,
): AsyncGenerator<TEntry, void> {
  const seen = new Set<string>();
  const isNew = ({ session_id: id }: TEntry) => !seen.has(id) && seen.add(id);
  for await (const { sessions } of readThereAndBack(read, options)) {
    yield* sessions.filter(isNew);
  }
}

/** All pages from the first to the last, and back where there are several. */
export async function* readThereAndBack<TPage extends SessionPage<unknown>>(
  read: ReadPage<TPage>,
  options: ListOptions,
): AsyncGenerator<TPage, void> {
  const numbers: number[] = [];
  for await (const page of readForward(read, options)) {
    numbers.push(page.number);
    yield page.list;
  }
  if (numbers.length === 1) return;
  for (const page of numbers.reverse()) yield await read({ ...options, page });
}

/** All pages from the first to the last, each with its number. */
export async function* readForward<TPage extends SessionPage<unknown>>(
  read: ReadPage<TPage>,
  options: ListOptions,
): AsyncGenerator<{ readonly number: number; readonly list: TPage }, void> {
  let { page: number = 1 } = options;
  let list = await read(options);
  // If pages were added faster than they are read, the last one would never come.
  const most = 2 * list.pagination.paginator.num_pages + SLACK;
  for (let count = 1; ; count += 1) {
    yield { number, list };
    const { has_next, next_page_number: next } = list.pagination;
    // A service that leads from page to page in circles must not keep its caller for ever.
    if (!has_next || next === null || next <= number || count >= most) return;
    number = next;
    list = await read({ ...options, page: number });
  }
}
