import { checkNumber, invalid, viewOf } from './fields.js';
import type { RelaySide } from './relay-side.js';
import { LARGEST_DATAGRAM, LARGEST_PAYLOAD } from './sizes.js';
import type { Undecodable } from './undecodable.js';

// What stands behind the type byte of data, in both directions: the connection id, on the server's side only, and
// then the payload.

/** The part of a data message that both directions share. */
export interface Data {
  readonly type: 'data';
  readonly connectionId?: number;
  readonly payload: Uint8Array;
}

const CONNECTION_ID_BYTES = 4;

/**
 * Makes the bytes of a data message, with room at the beginning for what the direction puts there.
 *
 * @param start - where the connection id or the payload begins, in bytes.
 * @throws {RelayError} `invalid-request`; the message names the field.
 */
export function encodeData(data: Data, start: number, side: RelaySide): Uint8Array<ArrayBuffer> {
  const { connectionId, payload } = data;
  checkConnectionId(connectionId, side);
  checkPayload(payload);
  const payloadStart = start + idBytes(side);
  const bytes = new Uint8Array(payloadStart + payload.byteLength);
  if (connectionId !== undefined) viewOf(bytes).setUint32(start, connectionId, true);
  bytes.set(payload, payloadStart);
  return bytes;
}

/**
 * Reads the connection id and the payload. The payload is a view into the bytes, not a copy.
 *
 * @param start - where the connection id or the payload begins, in bytes.
 */
export function decodeData(bytes: Uint8Array, start: number, side: RelaySide): Data | Undecodable {
  const payloadStart = start + idBytes(side);
  if (bytes.byteLength > LARGEST_DATAGRAM) return 'oversized';
  if (bytes.byteLength < payloadStart) return 'malformed';
  const payload = bytes.subarray(payloadStart);
  if (payload.byteLength > LARGEST_PAYLOAD) return 'oversized';
  if (side === 'client') return { type: 'data', payload };
  return { type: 'data', connectionId: viewOf(bytes).getUint32(start, true), payload };
}

function idBytes(side: RelaySide): number {
  return side === 'server' ? CONNECTION_ID_BYTES : 0;
}

function checkConnectionId(connectionId: number | undefined, side: RelaySide): void {
  if (side === 'client') {
    if (connectionId === undefined) return;
    throw invalid('"connectionId" has no place in data from or to a client.');
  }
  if (connectionId === undefined) {
    throw invalid('"connectionId" is missing: data from or to the server names a client.');
  }
  checkNumber('connectionId', connectionId);
}

/** Judged by its tag, not by `instanceof`: the bytes may come from another window, or be a `Buffer`. */
function checkPayload(payload: Uint8Array): void {
  if (payload?.[Symbol.toStringTag] !== 'Uint8Array') {
    throw invalid('"payload" must be a Uint8Array.');
  }
  if (payload.byteLength > LARGEST_PAYLOAD) {
    throw invalid(`"payload" must be ${LARGEST_PAYLOAD} bytes or less.`);
  }
}
