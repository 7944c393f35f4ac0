/** A session's id as part of a key. The id comes from the service: nothing in it may look like another part. */
export const keyOf = (sessionId: string): string => encodeURIComponent(sessionId);
