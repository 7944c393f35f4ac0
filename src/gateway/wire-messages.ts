import { frameBytes, writeFrame } from '../channel-protocol/frame.js';

// A message of a WebSocket's server, in one piece (RFC 6455, 5.2), big endian:
//
//   kind u8 · size u8 · [where that is 126: size u16] · body
//
// `ws` writes what stands before the body and the body as two pieces. To put a datagram together here, in one, saves
// more than all else costs that a gateway does with it.

/** Whole messages. */
const TEXT = 0x81;
const BINARY = 0x82;
const LARGEST_IN_ONE_BYTE = 125;
const SIZE_FOLLOWS = 126;

/** A datagram to a page, as the bytes of a message. */
export function datagramMessage(
  now: number,
  connectionId: number | undefined,
  payload: Uint8Array,
): Buffer {
  const size = frameBytes(connectionId, payload);
  const bytes = messageOf(BINARY, size);
  writeFrame(bytes, bytes.byteLength - size, now, connectionId, payload);
  return bytes;
}

/** A text to a page, as the bytes of a message. */
export function textMessage(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const bytes = messageOf(TEXT, size);
  bytes.write(text, bytes.byteLength - size);
  return bytes;
}

/** A message whose body is still to be written. @param size - of the body, less than 64 KiB. */
function messageOf(kind: number, size: number): Buffer {
  const isSmall = size <= LARGEST_IN_ONE_BYTE;
  const bytes = Buffer.allocUnsafe((isSmall ? 2 : 4) + size);
  bytes[0] = kind;
  bytes[1] = isSmall ? size : SIZE_FOLLOWS;
  if (!isSmall) bytes.writeUInt16BE(size, 2);
  return bytes;
}
