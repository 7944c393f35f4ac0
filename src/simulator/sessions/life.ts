import * as v from 'valibot';

/** A time in milliseconds, an hour at most. */
export const delay = v.pipe(
  v.number(),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(3_600_000, 'must be 3600000 (one hour) or less'),
);

/** A change of the life of the sessions to come: all of it or parts. */
export const LifeChange = v.strictObject({
  linkDelay: v.optional(delay),
  readyDelay: v.optional(v.nullable(delay)),
  failure: v.optional(v.nullable(v.pipe(v.string(), v.nonEmpty('must not be empty')))),
});

/** How the sessions live that are created from now on. */
export interface Life {
  /**
   * Time from *create* until `linked`, in milliseconds.
   *
   * @default 1500
   */
  readonly linkDelay: number;
  /**
   * Time from *create* until `ready`, in milliseconds.
   *
   * @default `null`, together with `linked`
   */
  readonly readyDelay: number | null;
  /**
   * A message: sessions fail with it after `linkDelay` instead of being linked.
   *
   * @default `null`, they do not fail
   */
  readonly failure: string | null;
}

/** How they live unless told otherwise. */
export const DEFAULT_LIFE: Life = { linkDelay: 1_500, readyDelay: null, failure: null };
