/** The subprotocol that both sides speak; the gateway echoes this one alone. */
export const SUBPROTOCOL = 'relais.v1';

/** Before a ticket in the list of subprotocols: a browser's WebSocket can set no header, and URLs stand in logs. */
const TICKET_PREFIX = 'ticket.';

/** Before the key of the data channel that the page has still open, and wants to go on with. */
const KEY_PREFIX = 'keep.';

/** The subprotocols that a page offers. */
export function offerTicket(ticket: string, key?: string): string[] {
  const protocols: string[] = [SUBPROTOCOL, `${TICKET_PREFIX}${ticket}`];
  return key ? [...protocols, `${KEY_PREFIX}${key}`] : protocols;
}

/** The ticket among the subprotocols that a page offers. */
export function ticketOf(protocols: Iterable<string>): string | undefined {
  return find(protocols, TICKET_PREFIX);
}

/** The key among them of the data channel that the page has still open. */
export function keptKeyOf(protocols: Iterable<string>): string | undefined {
  return find(protocols, KEY_PREFIX);
}

function find(protocols: Iterable<string>, prefix: string): string | undefined {
  for (const protocol of protocols) {
    if (protocol.startsWith(prefix)) return protocol.slice(prefix.length);
  }
  return undefined;
}
