import { FIRST_CONNECTION_ID, LAST_CONNECTION_ID } from '../assumptions.js';

/** The number after `previous` that no connection has; after the last one it begins again with the first. */
export function nextConnectionId(
  previous: number | undefined,
  isTaken: (connectionId: number) => boolean,
): number {
  let id = previous ?? LAST_CONNECTION_ID;
  do id = id < LAST_CONNECTION_ID ? id + 1 : FIRST_CONNECTION_ID;
  while (isTaken(id));
  return id;
}
