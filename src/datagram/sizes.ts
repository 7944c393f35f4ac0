/** The largest datagram that the relay takes and sends, in bytes. */
export const LARGEST_DATAGRAM = 1200;

/** The largest payload, in bytes: what a datagram has left beside the longest header, which takes 13. */
export const LARGEST_PAYLOAD = 1187;
