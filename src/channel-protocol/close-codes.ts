/**
 * Why a gateway closes a page's wire, as WebSocket close codes. A page can read a close code; of a refused upgrade it
 * learns nothing. So the gateway accepts every wire, and then closes those that it refuses.
 */
export const CLOSE_CODES = {
  /** This gateway stops, and the page goes on by a wire to another one: it has asked it to. */
  moved: 4307,
  /** The page sent something that is neither a datagram nor a control message. */
  badMessage: 4400,
  /** The ticket is missing, forged, of another kind, or older than five minutes. */
  ticket: 4401,
  /** The seat was taken away, or lapsed; or the page's origin is not on the allow list. */
  revoked: 4403,
  /** The session is over, has failed, or was never there. */
  ended: 4404,
  /** The page did not answer for ten seconds. */
  silent: 4408,
  /** The same seat has opened a newer wire, in a second tab for instance. */
  replaced: 4409,
  /** Too many wires, opened too often, or too much sent for too long. */
  tooMany: 4429,
  /** The gateway failed. */
  failed: 4500,
  /** This gateway stops; another one takes over. */
  closing: 4503,
} as const;

/** One of {@link CLOSE_CODES}. */
export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
