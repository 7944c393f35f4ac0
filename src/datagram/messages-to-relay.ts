import { decodeData, encodeData } from './data.js';
import { checkKind, checkNumber, DATA, PING, viewOf } from './fields.js';
import type { RelaySide } from './relay-side.js';
import { LARGEST_DATAGRAM } from './sizes.js';
import type { Undecodable } from './undecodable.js';

// Messages to the relay, little endian:
//
//   user token u32 · session token u32 · type u8 · [connection id u32, from the server only] · payload
//
// A ping ends with its type.

/** What a peer sends to the relay. Tokens and connection ids are unsigned 32-bit. */
export type ToRelay = {
  /** The peer's own token. */
  readonly userAuthorizationToken: number;
  /** The token that all peers of the session share. */
  readonly sessionAuthorizationToken: number;
} & (
  | {
      /** Asks for the peer's state, and keeps it there. */
      readonly type: 'ping';
    }
  | {
      /** Is passed on to the other side. */
      readonly type: 'data';
      /** The client that the data is for: from the server's side only. */
      readonly connectionId?: number;
      /** The game's own bytes, 1187 at most. */
      readonly payload: Uint8Array;
    }
);

/** Where the type stands: behind the two tokens. */
const TYPE_AT = 8;
const HEADER_BYTES = 9;

/**
 * The bytes of a message to the relay, for a peer to send.
 *
 * @param message - a ping, or data with its payload.
 * @param side - the side that the message comes from.
 * @throws {RelayError} `invalid-request` for a number that is not unsigned 32-bit, a payload that is no `Uint8Array` or
 * too large, and a connection id that is missing or has no place on this side.
 * @example
 * ```ts
 * import { encodeToRelay } from 'relais/datagram';
 *
 * const tokens = { userAuthorizationToken: 21986334, sessionAuthorizationToken: 3500589645 };
 * const ping = encodeToRelay({ type: 'ping', ...tokens }, 'client');
 * const payload = new TextEncoder().encode('hello');
 * const data = encodeToRelay({ type: 'data', payload, ...tokens }, 'client');
 * console.log(ping.byteLength, data.byteLength); // 9 14
 * ```
 */
export function encodeToRelay(message: ToRelay, side: RelaySide): Uint8Array<ArrayBuffer> {
  const { type, userAuthorizationToken, sessionAuthorizationToken } = message;
  checkKind(type, side);
  checkNumber('userAuthorizationToken', userAuthorizationToken);
  checkNumber('sessionAuthorizationToken', sessionAuthorizationToken);
  const bytes =
    type === 'ping' ? new Uint8Array(HEADER_BYTES) : encodeData(message, HEADER_BYTES, side);
  const view = viewOf(bytes);
  view.setUint32(0, userAuthorizationToken, true);
  view.setUint32(4, sessionAuthorizationToken, true);
  view.setUint8(TYPE_AT, type === 'ping' ? PING : DATA);
  return bytes;
}

/**
 * Reads a message that arrived at the relay, and never throws, whatever the bytes are. The payload is a view into
 * `bytes`, not a copy.
 *
 * @param side - the side that the bytes come from.
 * @returns the message, or why the bytes are none.
 * @example
 * ```ts
 * import { decodeToRelay } from 'relais/datagram';
 *
 * console.log(decodeToRelay(Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 1), 'client'));
 * // { userAuthorizationToken: 1, sessionAuthorizationToken: 2, type: 'ping' }
 * console.log(decodeToRelay(Uint8Array.of(1, 2, 3), 'client')); // 'malformed'
 * ```
 */
export function decodeToRelay(bytes: Uint8Array, side: RelaySide): ToRelay | Undecodable {
  if (bytes.byteLength > LARGEST_DATAGRAM) return 'oversized';
  if (bytes.byteLength < HEADER_BYTES) return 'malformed';
  const view = viewOf(bytes);
  const tokens = {
    userAuthorizationToken: view.getUint32(0, true),
    sessionAuthorizationToken: view.getUint32(4, true),
  };
  const type = view.getUint8(TYPE_AT);
  if (type === PING) {
    return bytes.byteLength === HEADER_BYTES ? { ...tokens, type: 'ping' } : 'malformed';
  }
  if (type !== DATA) return 'malformed';
  const data = decodeData(bytes, HEADER_BYTES, side);
  return typeof data === 'string' ? data : { ...tokens, ...data };
}
