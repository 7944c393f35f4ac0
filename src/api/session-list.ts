import * as v from 'valibot';
import { RelaySession, SessionId } from './schemas.js';

const pageNumber = v.pipe(v.number(), v.integer(), v.minValue(1));
const amount = v.pipe(v.number(), v.integer(), v.minValue(0));

/** @internal */
export const SessionEntry = v.looseObject({
  /** The session's id. */
  session_id: SessionId,
});

/** @internal */
export const SessionList = v.looseObject({
  /** The sessions on this page; none when the service sends no list. */
  sessions: v.nullish(v.array(RelaySession), () => []),
  /** How many sessions there are on all pages. */
  total_count: amount,
  /** Which page this is, and what is beside it. */
  pagination: v.looseObject({
    /** This page's number; the first is 1. */
    number: amount,
    /** `null` on the last page. */
    next_page_number: v.nullable(pageNumber),
    /** `null` on the first page. */
    previous_page_number: v.nullable(pageNumber),
    /** What all pages have in common. */
    paginator: v.looseObject({
      /** How many pages there are, at least 1. */
      num_pages: pageNumber,
    }),
    /** Whether there is a page after this one. */
    has_next: v.boolean(),
    /** Whether there is a page before this one. */
    has_previous: v.boolean(),
  }),
});

/** One page of the studio's sessions: the answer of *list*. */
export interface SessionList extends v.InferOutput<typeof SessionList> {}

/** The same page, its sessions unchecked; what does not even have an id that a path can hold is left out. */
export const SessionEntryList = v.looseObject({
  ...SessionList.entries,
  sessions: v.pipe(
    v.nullish(v.array(v.unknown()), () => []),
    v.transform((entries) => entries.filter((entry) => v.is(SessionEntry, entry))),
  ),
});

/** A listed session of which nothing is sure but its id. All else is as it came. */
export interface SessionEntry extends v.InferOutput<typeof SessionEntry> {}

/** @internal One page of such sessions. */
export interface SessionEntryPage extends SessionPage<SessionEntry> {
  /** How many sessions there are on all pages. */
  readonly total_count: number;
}

/** One page of a list, whatever is known of what is on it. */
export interface SessionPage<TEntry> {
  readonly sessions: readonly TEntry[];
  readonly pagination: SessionList['pagination'];
}
