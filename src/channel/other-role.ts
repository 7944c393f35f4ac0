import { RelayError } from '../common/relay-error.js';

/** The player is on the other side of the relay now, where datagrams are addressed in another way. */
export function otherRole(): RelayError {
  return new RelayError('invalid-state', 'The player has another role now: open another channel.');
}
