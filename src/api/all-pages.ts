import type { ListOptions } from './relay-api-options.js';
import type { SessionPage } from './session-list.js';

/**
 * Everything on all pages, page by page as it is consumed. Each session comes at most once. Where there is more
 * than one page, sessions that end in the meantime move others to pages that were read before: so all pages are
 * read again until none holds news.
 */
export async function* readAllPages<TEntry extends { readonly session_id: string }>(
  read: (options: ListOptions) => Promise<SessionPage<TEntry>>,
  options: ListOptions,
): AsyncGenerator<TEntry, void> {
  const seen = new Set<string>();
  for (let known = -1, pages = 2; pages > 1 && seen.size > known; ) {
    known = seen.size;
    pages = 0;
    for await (const { sessions } of readPages(read, options)) {
      pages += 1;
      for (const session of sessions) {
        if (seen.has(session.session_id)) continue;
        seen.add(session.session_id);
        yield session;
      }
    }
  }
}

async function* readPages<TEntry>(
  read: (options: ListOptions) => Promise<SessionPage<TEntry>>,
  options: ListOptions,
): AsyncGenerator<SessionPage<TEntry>, void> {
  let { page = 1 } = options;
  for (let list = await read(options); ; ) {
    yield list;
    const { has_next, next_page_number: next } = list.pagination;
    // A service that leads in circles must not keep its caller for ever.
    if (!has_next || next === null || next <= page) return;
    page = next;
    list = await read({ ...options, page });
  }
}
