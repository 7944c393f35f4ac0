/** The *list* of an account without a session. */
export const NO_SESSIONS = {
  sessions: [],
  total_count: 0,
  pagination: {
    number: 1,
    next_page_number: null,
    previous_page_number: null,
    paginator: { num_pages: 1 },
    has_next: false,
    has_previous: false,
  },
};
