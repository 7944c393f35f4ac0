import type { PlayerSession } from '../api/player-session.js';
import { RelayError, type RelayErrorCode } from '../common/relay-error.js';
import { type Endpoint, endpointOf } from './endpoint.js';
import type { CloseReason, RelayConnectionEvents, Retry } from './events.js';

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
 * What arrives, and what becomes of it: the next state, then the events in their order.
 *
 * | arrives | idle, closed, failed | requesting, waiting | open |
 * | --- | --- | --- | --- |
 * | *create*, *join*, *resume* | `requesting`: state | – (rejects; error, `invalid-state`) | the same |
 * | document | – | `waiting`: state, session; ready, linked as they rise | `open`: session; linked if it is another |
 * | … ready and linked | – | `open`: state, session, ready, linked, open | `open`: session; linked if it is another |
 * | … with an `error` | – | `failed`: state, error, close(failed) | the same |
 * | passing failure | – | retrying | retrying |
 * | fatal error | – | `failed`: state, error, close(failed) | the same |
 * | `linkTimeout` | – | `failed`: state, error, close(failed) | – |
 * | 404 with a ticket | – | `closed`: state, close(deleted) | the same |
 * | 403 `revoked` | – | `closed`: state, close(revoked) | the same |
 * | *leave*, abort | – | `closed`: state, close(left) | the same; an abort does nothing any more |
 *
 * `–`: nothing changes, nothing fires. `state` and `session` fire only where there is something new. An
 * `open` connection never goes back: while its session moves to another relay, `endpoint` is the old one,
 * and `linked` fires again with the new one; `open` fires once.
 */
export type ConnectionState = Snapshot['state'];

/** All that a connection knows, in each state. */
export type Snapshot = NoSession | WithSession;

interface NoSession {
  readonly state: 'idle' | 'requesting' | 'closed' | 'failed';
  /** What ended it, where it is `closed` or `failed`. */
  readonly error?: RelayError;
  readonly session?: undefined;
  readonly endpoint?: undefined;
}

type WithSession = { readonly session: PlayerSession; readonly error?: undefined } & (
  | { readonly state: 'waiting'; readonly endpoint?: Endpoint | undefined }
  | { readonly state: 'open'; readonly endpoint: Endpoint }
);

/**
 * What can arrive: a call of *create*, *join* or *resume*, a session document, a passing failure, or the reason for
 * the end.
 */
export type Input = 'start' | PlayerSession | Retry | RelayError;

/** An event to fire: its name and what its listeners get. */
export type Emission = {
  [Name in keyof RelayConnectionEvents]: readonly [Name, ...RelayConnectionEvents[Name]];
}[keyof RelayConnectionEvents];

/** The next snapshot, and what to fire on the way to it. */
export type Step = readonly [next: Snapshot, emissions: readonly Emission[]];

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
  if ((input === 'start') === isInUse) return [snapshot, []];
  if (input === 'start') return change(state, { state: 'requesting' });
  if (input instanceof Error) return end(state, input);
  if (isRetry(input)) return [snapshot, [['retrying', input]]];
  if (input.error) return end(state, new RelayError('session-failed', input.error));
  return receive(snapshot, input);
}

/** A document's `error` is the service's words. */
const isRetry = (input: PlayerSession | Retry): input is Retry => input.error instanceof Error;

function receive(known: Snapshot, session: PlayerSession): Step {
  const wasOpen = known.state === 'open';
  const endpoint = endpointOf(session) ?? (wasOpen ? known.endpoint : undefined);
  const isOpen = endpoint && (wasOpen || session.ready);
  const emissions: Emission[] = [];
  if (!isSame(session, known.session)) emissions.push(['session', session]);
  if (session.ready && !known.session?.ready) emissions.push(['ready', session]);
  if (endpoint && !isSame(endpoint, known.endpoint)) emissions.push(['linked', endpoint]);
  if (isOpen && !wasOpen) emissions.push(['open', endpoint]);
  const next: Snapshot = isOpen
    ? { state: 'open', session, endpoint }
    : { state: 'waiting', session, endpoint };
  return change(known.state, next, ...emissions);
}

function end(state: ConnectionState, error: RelayError): Step {
  const reason = REASONS[error.code];
  return reason
    ? change(state, { state: 'closed', error }, ['close', reason])
    : change(state, { state: 'failed', error }, ['error', error], ['close', 'failed']);
}

function change(state: ConnectionState, next: Snapshot, ...emissions: Emission[]): Step {
  return [next, state === next.state ? emissions : [['state', next.state, state], ...emissions]];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
