import type { NetworkConditions } from '../../src/simulator/relay/index.js';
import type { Both } from '../network/drops.js';
import type { StrikingLever } from './lever-pull.js';

/** What the levers do at present, as `GET /service/levers` answers. */
export interface LeverState {
  /** Those that were pulled, and have not struck yet or not to the end. */
  readonly armed: readonly StrikingLever[];
  /** What the network between relays and players is like, and how much is lost between pages and gateway. */
  readonly network: NetworkConditions & { readonly 'wire-loss': number };
  /** The datagrams that it has lost: out, towards the relay, and in, from there. */
  readonly lost: Both;
}
