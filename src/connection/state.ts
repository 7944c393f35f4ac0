import type { PlayerSession } from '../api/player-session.js';
import { RelayError } from '../api/relay-error.js';
import { type Endpoint, endpointOf } from './endpoint.js';
import type { RelayConnectionEvents } from './events.js';

/**
 * Where a connection stands:
 *
 * - `idle`: nothing was asked for yet.
 * - `requesting`: *create* or *authorize-user* is on its way.
 * - `waiting`: there is a session; its relay is not ready and linked yet.
 * - `open`: ready and linked, the endpoint is known.
 * - `closed`: the player left.
 * - `failed`: a fatal error ended it.
 */
export type ConnectionState = Snapshot['state'];

/** All that a connection knows, in each state. */
export type Snapshot =
  | { readonly state: 'idle' | 'requesting' | 'closed' }
  | { readonly state: 'waiting'; readonly session: PlayerSession; readonly endpoint?: Endpoint }
  | { readonly state: 'open'; readonly session: PlayerSession; readonly endpoint: Endpoint }
  | { readonly state: 'failed'; readonly error: RelayError };

/** An event to fire: its name and what its listeners get. */
export type Emission = {
  [Name in keyof RelayConnectionEvents]: readonly [Name, ...RelayConnectionEvents[Name]];
}[keyof RelayConnectionEvents];

/** The next snapshot, and what to fire on the way to it. */
export interface Step {
  readonly next: Snapshot;
  readonly emissions: readonly Emission[];
}

/** From one session document to the next: a pure function. */
export function receive(snapshot: Snapshot, session: PlayerSession): Step {
  if (session.error) return fail(snapshot, new RelayError('session-failed', session.error));
  const known = 'session' in snapshot ? snapshot : undefined;
  const endpoint = endpointOf(session) ?? known?.endpoint;
  const next: Snapshot =
    endpoint && (snapshot.state === 'open' || session.ready)
      ? { state: 'open', session, endpoint }
      : { state: 'waiting', session, ...(endpoint && { endpoint }) };
  const emissions: Emission[] = stateChange(snapshot, next);
  if (session.ready && !known?.session.ready) emissions.push(['ready', session]);
  if (endpoint && !sameEndpoint(endpoint, known?.endpoint)) emissions.push(['linked', endpoint]);
  if (next.state === 'open' && snapshot.state !== 'open') emissions.push(['open', next.endpoint]);
  return { next, emissions };
}

/** A fatal error ends the connection. */
export function fail(snapshot: Snapshot, error: RelayError): Step {
  const next: Snapshot = { state: 'failed', error };
  return {
    next,
    emissions: [...stateChange(snapshot, next), ['error', error], ['close', 'failed']],
  };
}

/** A state that holds nothing: on the way to a session, or after the player left it. */
export function enter(snapshot: Snapshot, state: 'requesting' | 'closed'): Step {
  const next: Snapshot = { state };
  const emissions = stateChange(snapshot, next);
  return { next, emissions: state === 'closed' ? [...emissions, ['close', 'left']] : emissions };
}

function stateChange({ state }: Snapshot, next: Snapshot): Emission[] {
  return state === next.state ? [] : [['state', next.state, state]];
}

function sameEndpoint(one: Endpoint, other: Endpoint | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
