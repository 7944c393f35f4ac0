import * as v from 'valibot';
import { RelaySession } from './schemas.js';

const pageNumber = v.pipe(v.number(), v.integer(), v.minValue(1));
const amount = v.pipe(v.number(), v.integer(), v.minValue(0));

/** One page of the studio's sessions: the answer of *list*. */
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

export type SessionList = v.InferOutput<typeof SessionList>;
