/** A webhook that comes so soon after another of its session is taken for the same one, in milliseconds. */
const SAME_WITHIN = 5_000;

/**
 * Goes on only where a webhook is the first of its session for five seconds. The service may send one twice, and
 * anybody who has seen its URL can: only one makes the proxy ask for a session's news, at all instances together. The
 * others are answered and do nothing. One that comes later is news: the session has moved to another relay, for
 * instance.
 *
 * @param nonce - stands in the webhook's URL, and for one session.
 */
export const ifFirstWebhook = (nonce: string) =>
  [
    ['ifAbsent', keyOfWebhook(nonce)],
    ['set', keyOfWebhook(nonce), '1', SAME_WITHIN],
  ] as const;

/** The note that a webhook of a session has come lately. */
export const keyOfWebhook = (nonce: string) => `webhook:${nonce}`;
