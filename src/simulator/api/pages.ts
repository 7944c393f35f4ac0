import { DEFAULT_LIMIT, LARGEST_LIMIT } from '../assumptions.js';

/** One page of a list, with the `pagination` of the *list* document. */
export function paginate<T>(all: readonly T[], query: { page?: string; limit?: string }) {
  const limit = Math.min(readCount(query.limit) ?? DEFAULT_LIMIT, LARGEST_LIMIT);
  const number = readCount(query.page) ?? 1;
  const pages = Math.max(1, Math.ceil(all.length / limit));
  return {
    items: all.slice((number - 1) * limit, number * limit),
    total_count: all.length,
    pagination: {
      number,
      next_page_number: number < pages ? number + 1 : null,
      previous_page_number: number > 1 ? Math.min(number - 1, pages) : null,
      paginator: { num_pages: pages },
      has_next: number < pages,
      has_previous: number > 1,
    },
  };
}

/** *list* documents no 400: what is no whole number from 1 on counts as not given. */
function readCount(text: string | undefined): number | undefined {
  const count = Number(text);
  return text && /^\d{1,9}$/.test(text) && count > 0 ? count : undefined;
}
