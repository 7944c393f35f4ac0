// What both sides of a data channel go by.

/** How it is opened on either side: agreed upon beforehand, so that the page cannot open others beside it. */
export const DATA_CHANNEL = {
  label: 'relais',
  options: { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 },
} as const;

/** A probe that is unanswered for so long beyond the lowest round trip: back to the WebSocket. In milliseconds. */
export const GIVEN_UP_AFTER = 500;
/** At rest each side sends a probe so often, in milliseconds. */
export const PROBED_AT_REST = 2_000;
/** After a move, what comes by the other wire is taken for so long, in milliseconds. */
export const LISTENED_FOR = 2_000;
/** For so long play goes on by the data channel alone, in milliseconds. */
export const ALONE_FOR = 15_000;
/** Bytes that may wait in one process to be sent: more than that is late when it goes. */
export const MOST_BUFFERED = 16 * 1024;
