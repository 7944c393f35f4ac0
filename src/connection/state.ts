import type { PlayerSession } from '../api/player-session.js';
import { RelayError, type RelayErrorCode } from '../api/relay-error.js';
import { type Endpoint, endpointOf } from './endpoint.js';
import type { CloseReason, RelayConnectionEvents } from './events.js';

/**
 * Where a connection stands:
 *
 * - `idle`: nothing was asked for yet.
 * - `requesting`: a guest token, *create* or *authorize-user* is on its way.
 * - `waiting`: there is a session; its relay is not ready and linked yet.
 * - `open`: ready and linked, the endpoint is known.
 * - `closed`: the player left, the session was deleted, or the player's seat was taken away.
 * - `failed`: a fatal error ended it.
 *
 * What arrives, and what becomes of it (state, then the events in their order):
 *
 * | arrives              | idle, closed, failed      | requesting, waiting                            | open                             |
 * | -------------------- | ------------------------- | ---------------------------------------------- | -------------------------------- |
 * | create, join, resume | requesting: state         | – (`invalid-state`)                            | – (`invalid-state`)              |
 * | document             | –                         | waiting: state, session; ready, linked as they rise | open: session; linked if moved |
 * | … ready and linked   | –                         | open: state, session, ready, linked, open      | open: session; linked if moved   |
 * | … with an `error`    | –                         | failed: state, error, close(failed)            | failed: state, error, close(failed) |
 * | fatal error          | –                         | failed: state, error, close(failed)            | failed: state, error, close(failed) |
 * | session gone (404)   | –                         | closed: state, close(deleted)                  | closed: state, close(deleted)    |
 * | seat gone (403)      | –                         | closed: state, close(revoked)                  | closed: state, close(revoked)    |
 * | leave, abort         | –                         | closed: state, close(left)                     | closed: state, close(left)       |
 *
 * `–`: nothing changes, nothing fires. `state` and `session` fire only where there is something new. An
 * `open` connection never goes back: while its session moves to another relay, `endpoint` is the old one,
 * and `linked` fires again with the new one; `open` fires once.
 */
export type ConnectionState = Snapshot['state'];

/** All that a connection knows, in each state. */
export type Snapshot =
  | { readonly state: 'idle' | 'requesting' | 'closed' }
  | { readonly state: 'waiting'; readonly session: PlayerSession; readonly endpoint?: Endpoint }
  | { readonly state: 'open'; readonly session: PlayerSession; readonly endpoint: Endpoint }
  | { readonly state: 'failed'; readonly error: RelayError };

/** What can arrive: a call of *create*, *join* or *resume*, a session document, or the reason for the end. */
export type Input = 'start' | PlayerSession | RelayError;

/** An event to fire: its name and what its listeners get. */
export type Emission = {
  [Name in keyof RelayConnectionEvents]: readonly [Name, ...RelayConnectionEvents[Name]];
}[keyof RelayConnectionEvents];

/** The next snapshot, and what to fire on the way to it. */
export interface Step {
  readonly next: Snapshot;
  readonly emissions: readonly Emission[];
}

/** The ends that are no failure. */
const REASONS: { readonly [Code in RelayErrorCode]?: CloseReason } = {
  aborted: 'left',
  'session-deleted': 'deleted',
  revoked: 'revoked',
};

/** From one snapshot to the next: a pure function. What makes no sense in a state changes nothing. */
export function step(snapshot: Snapshot, input: Input): Step {
  const { state } = snapshot;
  const isInUse = state === 'requesting' || state === 'waiting' || state === 'open';
  if ((input === 'start') === isInUse) return { next: snapshot, emissions: [] };
  if (input === 'start') return change(snapshot, { state: 'requesting' });
  if (input instanceof Error) return end(snapshot, input);
  if (input.error) return end(snapshot, new RelayError('session-failed', input.error));
  return receive(snapshot, input);
}

function receive(snapshot: Snapshot, session: PlayerSession): Step {
  const known = 'session' in snapshot ? snapshot : undefined;
  const wasOpen = snapshot.state === 'open';
  const endpoint = endpointOf(session) ?? (wasOpen ? snapshot.endpoint : undefined);
  const next: Snapshot =
    endpoint && (wasOpen || session.ready)
      ? { state: 'open', session, endpoint }
      : { state: 'waiting', session, ...(endpoint && { endpoint }) };
  const emissions: Emission[] = [];
  if (!isSame(session, known?.session)) emissions.push(['session', session]);
  if (session.ready && !known?.session.ready) emissions.push(['ready', session]);
  if (endpoint && !isSame(endpoint, known?.endpoint)) emissions.push(['linked', endpoint]);
  if (next.state === 'open' && !wasOpen) emissions.push(['open', next.endpoint]);
  return change(snapshot, next, emissions);
}

function end(snapshot: Snapshot, error: RelayError): Step {
  const reason = REASONS[error.code];
  return reason
    ? change(snapshot, { state: 'closed' }, [['close', reason]])
    : change(snapshot, { state: 'failed', error }, [
        ['error', error],
        ['close', 'failed'],
      ]);
}

function change({ state }: Snapshot, next: Snapshot, emissions: Emission[] = []): Step {
  if (state !== next.state) emissions.unshift(['state', next.state, state]);
  return { next, emissions };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
