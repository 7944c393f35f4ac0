/** The longest that a platform's timer can hold, roughly, in milliseconds: 23 days. */
export const LONGEST_TIMER = 2e9;
