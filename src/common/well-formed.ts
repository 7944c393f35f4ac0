/** Half of a surrogate pair: no character, and neither UTF-8 nor a URL can hold it. */
const HALF_OF_A_PAIR = /\p{Surrogate}/u;

/** Whether a text holds whole characters only. The oldest supported browsers have no `isWellFormed` of their own. */
export const isWellFormed = (text: string): boolean => !HALF_OF_A_PAIR.test(text);
