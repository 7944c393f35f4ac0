import { LARGEST_PAYLOAD } from '../datagram/index.js';

// One binary message carries one datagram. Little endian:
//
//   send time u16 · [connection id u32] · payload
//
// The send time counts the sender's milliseconds and starts again after 65,536. The connection id is there on the
// wire of the host alone: it names the client that the datagram is for, or from.

/** One datagram on its way between a page and its gateway. */
export interface Frame {
  /** When it was sent, in milliseconds on the sender's own clock, modulo 65,536. */
  readonly sentAt: number;
  /** The client that it is for, or from: on the host's wire only. */
  readonly connectionId: number | undefined;
  /** The game's own bytes, 1187 at most. They share the message's memory. */
  readonly payload: Uint8Array;
}

const SEND_TIME_BYTES = 2;
const CONNECTION_ID_BYTES = 4;
/** The longest binary message, in bytes. */
export const LARGEST_FRAME = SEND_TIME_BYTES + CONNECTION_ID_BYTES + LARGEST_PAYLOAD;

/**
 * Puts a datagram into a message.
 *
 * @param now - The sender's clock, in milliseconds; only its last 16 bits travel.
 * @param connectionId - Unsigned 32-bit on the host's wire; `undefined` on a client's.
 * @param payload - 1187 bytes at most; the caller has checked it.
 */
export function encodeFrame(
  now: number,
  connectionId: number | undefined,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frameBytes(connectionId, payload));
  writeFrame(bytes, 0, now, connectionId, payload);
  return bytes;
}

/** How long the message is that {@link writeFrame} writes, in bytes. */
export function frameBytes(connectionId: number | undefined, payload: Uint8Array): number {
  return headerBytes(connectionId !== undefined) + payload.byteLength;
}

/**
 * As {@link encodeFrame}, into memory that is there: a gateway takes it from a pool.
 *
 * @param at - Where the message begins.
 */
export function writeFrame(
  bytes: Uint8Array,
  at: number,
  now: number,
  connectionId: number | undefined,
  payload: Uint8Array,
): void {
  writeNumber(bytes, at, SEND_TIME_BYTES, now);
  if (connectionId !== undefined) {
    writeNumber(bytes, at + SEND_TIME_BYTES, CONNECTION_ID_BYTES, connectionId);
  }
  bytes.set(payload, at + headerBytes(connectionId !== undefined));
}

/**
 * Reads a message.
 *
 * @param isHost - Whether it travels on the host's wire, and so has a connection id.
 * @returns the datagram; `undefined` for bytes that are none.
 */
export function decodeFrame(bytes: Uint8Array, isHost: boolean): Frame | undefined {
  const start = headerBytes(isHost);
  const size = bytes.byteLength - start;
  if (size < 0 || size > LARGEST_PAYLOAD) return undefined;
  return {
    sentAt: readNumber(bytes, 0, SEND_TIME_BYTES),
    connectionId: isHost ? readNumber(bytes, SEND_TIME_BYTES, CONNECTION_ID_BYTES) : undefined,
    payload: bytes.subarray(start),
  };
}

function headerBytes(hasConnectionId: boolean): number {
  return hasConnectionId ? SEND_TIME_BYTES + CONNECTION_ID_BYTES : SEND_TIME_BYTES;
}

// By hand: to make a `DataView` for each datagram takes longer than all that is done with it.

/** Writes the lowest bytes of a number's whole part. */
function writeNumber(bytes: Uint8Array, at: number, size: number, value: number): void {
  for (let index = 0; index < size; index += 1) bytes[at + index] = value >>> (8 * index);
}

function readNumber(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = 0; index < size; index += 1) {
    value |= (bytes[at + index] as number) << (8 * index);
  }
  return value >>> 0;
}
