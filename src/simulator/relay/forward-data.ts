import { encodeFromRelay, type RelaySide, type ToRelay } from '../../datagram/index.js';
import { FORWARDS_EARLY_DATA, FORWARDS_EMPTY_DATA } from '../assumptions.js';
import type { Peer, PeerAddress, Peers } from './peers.js';

/** A datagram that the relay sends, through the port of one side. */
export interface Outgoing {
  readonly side: RelaySide;
  readonly to: PeerAddress;
  readonly bytes: Uint8Array;
}

/**
 * Passes data with the right tokens on: the server's to the client that it names, a client's to the server. Returns
 * what to send, or nothing where one of the two is not there or not valid yet.
 */
export function forwardData(
  peers: Peers,
  side: RelaySide,
  data: ToRelay & { readonly type: 'data' },
  from: PeerAddress,
): Outgoing | undefined {
  const { connectionId = 0, payload, userAuthorizationToken } = data;
  const known = peers.present(side, from);
  const sender = peers.hear(side, 'data', { at: from, userAuthorizationToken });
  const receiver = side === 'server' ? peers.client(connectionId) : peers.server;
  if (!sender || !receiver || !peers.isValid(receiver)) return undefined;
  const isEarly = sender !== known || !peers.isValid(sender);
  if (isEarly && !FORWARDS_EARLY_DATA) return undefined;
  if (payload.byteLength === 0 && !FORWARDS_EMPTY_DATA) return undefined;
  return side === 'server' ? toClient(receiver, payload) : toServer(receiver, payload, sender);
}

function toClient(client: Peer, payload: Uint8Array): Outgoing {
  const bytes = encodeFromRelay({ type: 'data', payload }, 'client');
  return { side: 'client', to: client.at, bytes };
}

function toServer(server: Peer, payload: Uint8Array, { connectionId }: Peer): Outgoing {
  const bytes = encodeFromRelay({ type: 'data', connectionId, payload }, 'server');
  return { side: 'server', to: server.at, bytes };
}
