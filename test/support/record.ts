import type { RelayConnection } from '../../src/connection/relay-connection.js';

/** Every event of a connection, in order, each as its name and its payload. */
export function record(connection: RelayConnection): unknown[][] {
  const events: unknown[][] = [];
  for (const name of ['state', 'ready', 'linked', 'open', 'retrying', 'error', 'close'] as const) {
    connection.on(name, (...payload: unknown[]) => events.push([name, ...payload]));
  }
  return events;
}
