import { RelayError } from '../common/relay-error.js';
import type { RelaySide } from './relay-side.js';

/** The byte that says what a datagram is. */
export const PING = 1;
/** The byte that says what a datagram is. */
export const DATA = 2;

/** A view that reads and writes the numbers of a datagram, wherever it stands in its buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The refusal to encode what cannot be sent. */
export function invalid(message: string): RelayError {
  return new RelayError('invalid-request', message);
}

/**
 * Checks a token or a connection id. The message does not repeat it: a token is a secret.
 *
 * @throws {RelayError} `invalid-request`; the message names the field.
 */
export function checkNumber(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return;
  throw invalid(`"${name}" must be a whole number from 0 to 4294967295 (unsigned 32-bit).`);
}

/**
 * Checks the type of a message and the side that it comes from or goes to, for callers without TypeScript.
 *
 * @throws {RelayError} `invalid-request`; the message names the field.
 */
export function checkKind(type: 'ping' | 'data', side: RelaySide): void {
  if (type !== 'ping' && type !== 'data') throw invalid('"type" must be "ping" or "data".');
  if (side !== 'server' && side !== 'client') {
    throw invalid('The side must be "server" or "client".');
  }
}
