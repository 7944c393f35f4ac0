import { decodeData, encodeData } from './data.js';
import { checkKind, DATA, invalid, PING } from './fields.js';
import { RELAY_STATES, type RelayState } from './ping-states.js';
import type { RelaySide } from './relay-side.js';
import { LARGEST_DATAGRAM } from './sizes.js';
import type { Undecodable } from './undecodable.js';

// Messages from the relay, little endian:
//
//   a ping's answer:   type u8 · state u8
//   data:              type u8 · [connection id u32, to the server only] · payload

/** What the relay sends to a peer. */
export type FromRelay =
  | {
      /** Answers a ping. */
      readonly type: 'ping';
      /** What the peer is to the relay now. */
      readonly state: RelayState;
    }
  | {
      /** Comes from the other side. */
      readonly type: 'data';
      /** The client that the data is from: to the server's side only. */
      readonly connectionId?: number;
      /** The game's own bytes, 1187 at most. */
      readonly payload: Uint8Array;
    };

const TYPE_BYTES = 1;
const PING_BYTES = 2;

/**
 * The bytes of a message from the relay, for a relay to send.
 *
 * @param message - the answer to a ping, or data with its payload.
 * @param side - the side that the message is for.
 * @throws {RelayError} `invalid-request` for a state that there is none of, and for data as `encodeToRelay` does.
 * @example
 * ```ts
 * import { encodeFromRelay } from 'relais/datagram';
 *
 * console.log(encodeFromRelay({ type: 'ping', state: 'valid' }, 'client')); // Uint8Array [1, 2]
 * ```
 */
export function encodeFromRelay(message: FromRelay, side: RelaySide): Uint8Array<ArrayBuffer> {
  checkKind(message.type, side);
  if (message.type === 'ping') return Uint8Array.of(PING, numberOf(message.state));
  const bytes = encodeData(message, TYPE_BYTES, side);
  bytes[0] = DATA;
  return bytes;
}

/**
 * Reads a message that a peer got from the relay, and never throws, whatever the bytes are. The payload is a view into
 * `bytes`, not a copy.
 *
 * @param side - the side that the bytes are for: the peer's own.
 * @returns the message, or why the bytes are none.
 * @example
 * ```ts
 * import { decodeFromRelay } from 'relais/datagram';
 *
 * console.log(decodeFromRelay(Uint8Array.of(1, 2), 'client')); // { type: 'ping', state: 'valid' }
 * console.log(decodeFromRelay(Uint8Array.of(9), 'client')); // 'malformed'
 * ```
 */
export function decodeFromRelay(bytes: Uint8Array, side: RelaySide): FromRelay | Undecodable {
  if (bytes.byteLength > LARGEST_DATAGRAM) return 'oversized';
  if (bytes[0] === DATA) return decodeData(bytes, TYPE_BYTES, side);
  if (bytes[0] !== PING || bytes.byteLength !== PING_BYTES) return 'malformed';
  const state = RELAY_STATES[bytes[1] as number];
  return state === undefined ? 'malformed' : { type: 'ping', state };
}

function numberOf(state: RelayState): number {
  const number = RELAY_STATES.indexOf(state);
  if (number < 0) throw invalid(`"state" must be one of ${RELAY_STATES.join(', ')}.`);
  return number;
}
