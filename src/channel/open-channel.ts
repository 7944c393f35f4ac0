import { onAbort } from '../common/on-abort.js';
import { RelayError } from '../common/relay-error.js';
import type { RelayConnection } from '../connection/relay-connection.js';
import { completeOptions, type OpenChannelOptions } from './open-channel-options.js';
import { RelayChannel } from './relay-channel.js';
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
    await untilOpen(relay, deadline.signal);
    const channel = new RelayChannel(wire, targetOf(relay), relay.role ?? 'client');
    follow(relay, channel);
    await untilReady(channel, deadline.signal);
    return channel;
  } finally {
    clock.clearTimeout(timer);
    forget?.();
  }
}

/** Waits for the connection. */
function untilOpen(relay: RelayConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let forget = () => {};
    const settle = (error?: RelayError) => {
      relay.off('open', onOpen);
      relay.off('close', onClose);
      forget();
      if (error) reject(error);
      else resolve();
    };
    const onOpen = () => settle();
    const onClose = () => settle(notInUse());
    if (signal.aborted) settle(signal.reason as RelayError);
    else if (relay.state === 'open') settle();
    else if (relay.state === 'requesting' || relay.state === 'waiting') {
      forget = onAbort(signal, () => settle(signal.reason as RelayError));
      relay.on('open', onOpen);
      relay.on('close', onClose);
    } else settle(notInUse());
  });
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

/** The channel moves and ends with its connection. */
function follow(relay: RelayConnection, channel: RelayChannel): void {
  let failure: RelayError | undefined;
  const onLinked = () => channel.onMoved();
  const onError = (error: RelayError) => {
    if (relay.state === 'failed') failure = error;
  };
  const onClose = (reason: 'left' | 'deleted' | 'revoked' | 'failed') => {
    channel.endWith(reason, failure);
  };
  relay.on('linked', onLinked);
  relay.on('error', onError);
  relay.on('close', onClose);
  channel.once('close', () => {
    relay.off('linked', onLinked);
    relay.off('error', onError);
    relay.off('close', onClose);
  });
}

function notInUse(): RelayError {
  return new RelayError(
    'invalid-state',
    'A channel needs a connection that is in use: call create, join or resume first.',
  );
}

function endedWith(reason: string): RelayError {
  if (reason === 'revoked') return new RelayError('revoked', 'The seat was taken away.');
  if (reason === 'deleted') return new RelayError('session-deleted', 'The session was ended.');
  return new RelayError('aborted', `The channel was closed: ${reason}.`);
}

function aborted(signal: AbortSignal): RelayError {
  return new RelayError('aborted', 'Opening the channel was aborted.', { cause: signal.reason });
}
