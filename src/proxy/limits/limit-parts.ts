/** An instance tells the others each time that it has counted another such part of a limit. */
export const PARTS = 20;

/**
 * How many of something make a part that is told, where one alone is no news: most players have one of it, and the
 * others need not hear of each of them.
 */
export const partOf = (limit: number): number => Math.max(2, Math.ceil(limit / PARTS));
