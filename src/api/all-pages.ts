import type { ListOptions } from './relay-api-options.js';
import type { SessionPage } from './session-list.js';

/** How many pages may be read beyond twice the number that the first one announces. */
const SLACK = 10;

/**
 * Everything on all pages, page by page as it is consumed. Each session comes at most once. While several pages are
 * read, sessions that begin or end move others from page to page. So all pages are read a second time, from the last to
 * the first: a session that moved past the reader on the way there is met on the way back. Both ways have an end,
 * however busy the account is.
 */
export async function* readAllPages<TEntry extends { readonly session_id: string }>(
  read: (options: ListOptions) => Promise<SessionPage<TEntry>>,
  options: ListOptions,
): AsyncGenerator<TEntry, void> {
  const seen = new Set<string>();
  const isNew = ({ session_id: id }: TEntry) => !seen.has(id) && seen.add(id);
  const numbers: number[] = [];
  for await (const { number, sessions } of readForward(read, options)) {
    numbers.push(number);
    yield* sessions.filter(isNew);
  }
  if (numbers.length === 1) return;
  for (const page of numbers.reverse()) {
    const { sessions } = await read({ ...options, page });
    yield* sessions.filter(isNew);
  }
}

async function* readForward<TEntry>(
  read: (options: ListOptions) => Promise<SessionPage<TEntry>>,
  options: ListOptions,
): AsyncGenerator<{ readonly number: number; readonly sessions: readonly TEntry[] }, void> {
  let { page: number = 1 } = options;
  let list = await read(options);
  // If pages were added faster than they are read, the last one would never come.
  const most = 2 * list.pagination.paginator.num_pages + SLACK;
  for (let count = 1; ; count += 1) {
    yield { number, sessions: list.sessions };
    const { has_next, next_page_number: next } = list.pagination;
    // A service that leads from page to page in circles must not keep its caller for ever.
    if (!has_next || next === null || next <= number || count >= most) return;
    number = next;
    list = await read({ ...options, page: number });
  }
}
