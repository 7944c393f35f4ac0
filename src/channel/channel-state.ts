/**
 * Where a channel stands:
 *
 * - `connecting`: its first wire is being opened.
 * - `checking`: the wire is up, and the relay checks the player.
 * - `open`: datagrams travel.
 * - `reconnecting`: the wire is lost, and comes back by itself.
 * - `closed`: it is over.
 *
 * What arrives, and what becomes of it. A state that changes fires `state`.
 *
 * | arrives | connecting | checking | open | reconnecting | closed |
 * | --- | --- | --- | --- | --- | --- |
 * | wire up | `checking` | – | `checking` | `checking` | – |
 * | relay valid | `open` | `open` | – | `open` | – |
 * | relay checks (anew) | `checking` | – | `checking` | `checking` | – |
 * | wire lost | – | `reconnecting` | `reconnecting` | – | – |
 * | end | `closed` | `closed` | `closed` | `closed` | – |
 */
export type ChannelState = 'connecting' | 'checking' | 'open' | 'reconnecting' | 'closed';

/** What can arrive. */
export type ChannelInput = 'wire-up' | 'relay-valid' | 'relay-checks' | 'wire-lost' | 'end';

/** The table above. What is not in it changes nothing. */
const NEXT: Record<ChannelState, { readonly [Input in ChannelInput]?: ChannelState }> = {
  connecting: {
    'wire-up': 'checking',
    'relay-valid': 'open',
    'relay-checks': 'checking',
    end: 'closed',
  },
  checking: { 'relay-valid': 'open', 'wire-lost': 'reconnecting', end: 'closed' },
  open: {
    'wire-up': 'checking',
    'relay-checks': 'checking',
    'wire-lost': 'reconnecting',
    end: 'closed',
  },
  reconnecting: {
    'wire-up': 'checking',
    'relay-valid': 'open',
    'relay-checks': 'checking',
    end: 'closed',
  },
  closed: {},
};

/** From one state to the next: a pure function. */
export function nextState(state: ChannelState, input: ChannelInput): ChannelState {
  return NEXT[state][input] ?? state;
}
