import { isUint32 } from '../api/schemas.js';
import { RelayError } from '../common/relay-error.js';
import { LARGEST_PAYLOAD } from '../datagram/index.js';

/**
 * The bytes of what a game sends.
 *
 * @throws {RelayError} `invalid-request` for what is no bytes or too many, and for a connection id that is missing, has
 * no place, or is none.
 */
export function checkedDatagram(
  data: ArrayBuffer | ArrayBufferView,
  connectionId: number | undefined,
  isHost: boolean,
): Uint8Array {
  const bytes = bytesOf(data);
  if (!bytes || bytes.byteLength > LARGEST_PAYLOAD) {
    throw invalid(
      `A datagram is an ArrayBuffer or a view of one, ${LARGEST_PAYLOAD} bytes at most.`,
    );
  }
  if (isHost && connectionId === undefined) {
    throw invalid('The host names the client that a datagram is for: send(bytes, connectionId).');
  }
  if (!isHost && connectionId !== undefined) {
    throw invalid('A client sends to the host alone: send(bytes).');
  }
  if (connectionId !== undefined && !isUint32(connectionId)) {
    throw invalid('A connection id is an unsigned 32-bit number.');
  }
  return bytes;
}

function bytesOf(data: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  // A buffer of another realm, an iframe's for instance, is no instance of this one's class.
  const isBuffer = Object.prototype.toString.call(data) === '[object ArrayBuffer]';
  return isBuffer ? new Uint8Array(data as ArrayBuffer) : undefined;
}

function invalid(message: string): RelayError {
  return new RelayError('invalid-request', message);
}
