import type { RelaySide, RelayState } from '../../datagram/index.js';
import { OWNER_GONE, SEAT_TAKEN } from '../assumptions.js';
import type { Peers, Sender } from './peers.js';

/**
 * The state that a ping with the right tokens is answered with. The ping itself makes a newcomer known and keeps a
 * peer from being forgotten.
 */
export function answerPing(peers: Peers, side: RelaySide, sender: Sender): RelayState {
  peers.forgetTheGone();
  const peer = peers.hear(side, 'ping', sender);
  if (!peer) return SEAT_TAKEN;
  if (side === 'client' && peers.isServerGone) return OWNER_GONE;
  return peers.isValid(peer) ? 'valid' : 'checking';
}
