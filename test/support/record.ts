import type { RelayConnection } from '../../src/connection/relay-connection.js';

const NAMES = ['state', 'ready', 'linked', 'open', 'retrying', 'error', 'close'] as const;

/** Every event of a connection but `session`, in order, each as its name and its payload. */
export function record(connection: RelayConnection): unknown[][] {
  const events: unknown[][] = [];
  for (const name of NAMES) {
    connection.on(name, (...payload: unknown[]) => events.push([name, ...payload]));
  }
  return events;
}

/** The same in short: `state:open`, `ready`, `retrying:network`, `error:forbidden`, `close:failed`. */
export function recordNames(connection: RelayConnection): string[] {
  const events: string[] = [];
  connection.on('state', (state) => events.push(`state:${state}`));
  connection.on('session', () => events.push('session'));
  connection.on('ready', () => events.push('ready'));
  connection.on('linked', ({ port }) => events.push(`linked:${port}`));
  connection.on('open', () => events.push('open'));
  connection.on('retrying', ({ error }) => events.push(`retrying:${error.code}`));
  connection.on('error', ({ code }) => events.push(`error:${code}`));
  connection.on('close', (reason) => events.push(`close:${reason}`));
  return events;
}
