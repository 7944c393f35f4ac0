import { RelayError } from '../common/relay-error.js';

// The relay's datagrams, little endian, as bytes: no socket, no Node, so that any transport can use it.
//
// To the relay:        user token u32 · session token u32 · type u8 · [connection id u32] · payload
// From it, a ping:     type u8 · state u8
// From it, data:       type u8 · [connection id u32] · payload
//
// The connection id is there in data from and to the server's side only. A ping has no payload.

/** Which side of the relay: `server` for the hosting player, `client` for all others. */
export type RelaySide = 'server' | 'client';

/** What a peer is to the relay; each stands at the place of its number on the wire. */
export const RELAY_STATES = [
  'disconnected',
  'checking',
  'valid',
  'invalid',
  'session-timeout',
  'error',
] as const;

export type RelayState = (typeof RELAY_STATES)[number];

/** The largest datagram, in bytes. */
export const LARGEST_DATAGRAM = 1200;

/** The largest payload, in bytes: what is left beside the longest header. */
export const LARGEST_PAYLOAD = 1187;

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

/** Why bytes are no datagram. */
export type Undecodable = 'oversized' | 'malformed';

const PING = 1;
const DATA = 2;

/**
 * @param side - the side that the datagram comes from.
 * @throws {RelayError} `invalid-request` for a number that is not unsigned 32-bit, a payload that is too
 * large, and a connection id that is missing or has no place on this side.
 */
export function encodeToRelay(datagram: ToRelay, side: RelaySide): Uint8Array<ArrayBuffer> {
  const head = [datagram.userAuthorizationToken, datagram.sessionAuthorizationToken];
  return datagram.type === 'ping' ? pack(head, PING, []) : packData(head, datagram, side);
}

/** @param side - the side that the bytes come from. */
export function decodeToRelay(bytes: Uint8Array, side: RelaySide): ToRelay | Undecodable {
  if (bytes.byteLength > LARGEST_DATAGRAM) return 'oversized';
  if (bytes.byteLength < 9) return 'malformed';
  const view = viewOf(bytes);
  const tokens = {
    userAuthorizationToken: view.getUint32(0, true),
    sessionAuthorizationToken: view.getUint32(4, true),
  };
  const type = view.getUint8(8);
  if (type === PING) return bytes.byteLength === 9 ? { ...tokens, type: 'ping' } : 'malformed';
  const data = type === DATA ? unpackData(bytes, 9, side) : 'malformed';
  return typeof data === 'string' ? data : { ...tokens, ...data };
}

/**
 * @param side - the side that the datagram is for.
 * @throws {RelayError} `invalid-request`, as {@link encodeToRelay}.
 */
export function encodeFromRelay(datagram: FromRelay, side: RelaySide): Uint8Array<ArrayBuffer> {
  return datagram.type === 'ping'
    ? Uint8Array.of(PING, RELAY_STATES.indexOf(datagram.state))
    : packData([], datagram, side);
}

/** @param side - the side that the bytes are for. */
export function decodeFromRelay(bytes: Uint8Array, side: RelaySide): FromRelay | Undecodable {
  if (bytes.byteLength > LARGEST_DATAGRAM) return 'oversized';
  if (bytes[0] === DATA) return unpackData(bytes, 1, side);
  const state =
    bytes[0] === PING && bytes.byteLength === 2 ? RELAY_STATES[bytes[1] ?? -1] : undefined;
  return state ? { type: 'ping', state } : 'malformed';
}

interface Data {
  readonly type: 'data';
  readonly connectionId?: number;
  readonly payload: Uint8Array;
}

function packData(head: readonly number[], { connectionId, payload }: Data, side: RelaySide) {
  if ((connectionId !== undefined) !== (side === 'server')) {
    throw new RelayError(
      'invalid-request',
      `"connectionId" ${side === 'server' ? 'is missing' : 'has no place in data from or to a client'}.`,
    );
  }
  if (payload.byteLength > LARGEST_PAYLOAD) {
    throw new RelayError('invalid-request', `"payload" must be ${LARGEST_PAYLOAD} bytes or less.`);
  }
  return pack(head, DATA, connectionId === undefined ? [] : [connectionId], payload);
}

function unpackData(bytes: Uint8Array, offset: number, side: RelaySide): Data | Undecodable {
  const start = side === 'server' ? offset + 4 : offset;
  if (bytes.byteLength < start) return 'malformed';
  const payload = bytes.subarray(start);
  if (payload.byteLength > LARGEST_PAYLOAD) return 'oversized';
  if (side === 'client') return { type: 'data', payload };
  return { type: 'data', connectionId: viewOf(bytes).getUint32(offset, true), payload };
}

function pack(
  head: readonly number[],
  type: number,
  tail: readonly number[],
  payload: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const start = head.length * 4 + 1 + tail.length * 4;
  const bytes = new Uint8Array(start + payload.byteLength);
  const view = viewOf(bytes);
  let offset = 0;
  const append = (number: number) => {
    if (number >>> 0 !== number) {
      throw new RelayError('invalid-request', 'Tokens and connection ids are unsigned 32-bit.');
    }
    view.setUint32(offset, number, true);
    offset += 4;
  };
  head.forEach(append);
  view.setUint8(offset, type);
  offset += 1;
  tail.forEach(append);
  bytes.set(payload, start);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
