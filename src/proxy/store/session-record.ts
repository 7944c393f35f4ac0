import * as v from 'valibot';

/** What the proxy keeps of a session, besides its seats. */
export const SessionRecord = v.object({
  sessionId: v.string(),
  /** Stands in the session's webhook URL, and proves that this proxy made the session. */
  nonce: v.string(),
  /** The player id of the host. */
  hostId: v.string(),
  joinCode: v.string(),
});

export type SessionRecord = v.InferOutput<typeof SessionRecord>;
