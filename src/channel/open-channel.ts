import type { Role } from '../api/player-session.js';
import { aborted } from '../common/aborted.js';
import { onAbort } from '../common/on-abort.js';
import { RelayError } from '../common/relay-error.js';
import type { RelayConnection } from '../connection/relay-connection.js';
import type { Emission } from '../connection/state.js';
import type { ChannelCloseReason } from './channel-events.js';
import { completeOptions, type OpenChannelOptions } from './open-channel-options.js';
import { otherRole } from './other-role.js';
import { RelayChannel } from './relay-channel.js';
import type { Wire } from './wire.js';
import { targetOf } from './wire-target.js';

/**
 * Opens a channel for a connection's datagrams. It is closed with its connection, follows it to another relay, and
 * comes back by itself when its wire is lost. It is a function, so that a game that brings UDP itself does not pay
 * for it.
 *
 * @param relay - A connection that is being opened, or is open.
 * @returns the channel once it is `open`.
 * @throws {RelayError} `invalid-option`; `invalid-state` where the connection is not in use, or has no gateway;
 * `timeout`; `aborted`; or what ended the channel: `unauthorized`, `forbidden`, `rate-limited`, `bad-request`,
 * `revoked`, `session-deleted`.
 * @example
 * ```ts
 * const relay = new RelayConnection('https://studio.example/relay', { via: 'gateway' });
 * await relay.create();
 * const channel = await openChannel(relay);
 * ```
 */
export async function openChannel(
  relay: RelayConnection,
  options: OpenChannelOptions = {},
): Promise<RelayChannel> {
  const { clock, signal, timeout, wire } = completeOptions(options);
  const deadline = new AbortController();
  const timer = clock.setTimeout(() => {
    deadline.abort(new RelayError('timeout', `The channel was not open within ${timeout} ms.`));
  }, timeout);
  const forget = signal && onAbort(signal, () => deadline.abort(aborted(signal)));
  try {
    while (relay.state !== 'open') {
      if (relay.state !== 'requesting' && relay.state !== 'waiting') throw notInUse();
      await nextEvent(relay, deadline.signal);
    }
    const channel = openOn(relay, relay.endpoint?.role ?? 'client', wire);
    await untilReady(channel, deadline.signal);
    return channel;
  } finally {
    clock.clearTimeout(timer);
    forget?.();
  }
}

/** Waits until the connection tells something. */
function nextEvent({ followers }: RelayConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let forget = () => {};
    const settle = () => {
      followers.delete(settle);
      forget();
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    followers.add(settle);
    forget = onAbort(signal, settle);
  });
}

/** A channel that moves and ends with its connection, whatever the game does with the connection's listeners. */
function openOn(relay: RelayConnection, role: Role, wire: Wire): RelayChannel {
  let failure: RelayError | undefined;
  const follower = ([name, what]: Emission) => {
    if (name === 'linked') {
      if (what.role === role) channel.onMoved();
      else channel.endWith('failed', otherRole());
    }
    // With the connection still in use, it only tells the game of a mistake.
    if (name === 'error' && relay.state === 'failed') failure = what;
    if (name === 'close') channel.endWith(what, failure);
  };
  relay.followers.add(follower);
  const channel = new RelayChannel(wire, targetOf(relay), role, () => {
    relay.followers.delete(follower);
  });
  return channel;
}

/** Waits for the channel. It is closed where that fails. */
function untilReady(channel: RelayChannel, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: RelayError | undefined;
    let forget = () => {};
    channel.once('error', (error) => {
      failure = error;
    });
    channel.once('close', (reason) => {
      forget();
      reject(failure ?? endedWith(reason));
    });
    const onState = () => {
      if (channel.state !== 'open') return;
      channel.off('state', onState);
      forget();
      resolve();
    };
    channel.on('state', onState);
    onState();
    // Last of all: it may be aborted already.
    forget = onAbort(signal, () => {
      failure = signal.reason as RelayError;
      channel.close();
    });
  });
}

function notInUse(): RelayError {
  return new RelayError(
    'invalid-state',
    'The connection is not in use: call create, join or resume first.',
  );
}

function endedWith(reason: ChannelCloseReason): RelayError {
  const code = reason === 'deleted' ? 'session-deleted' : reason === 'revoked' ? reason : 'aborted';
  return new RelayError(code, `The channel was closed: ${reason}.`);
}
