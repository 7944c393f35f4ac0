/** The subprotocol that both sides speak; the gateway echoes this one alone. */
export const SUBPROTOCOL = 'relais.v1';

/** Before a ticket in the list of subprotocols: a browser's WebSocket can set no header, and URLs stand in logs. */
const TICKET_PREFIX = 'ticket.';

/** The subprotocols that a page offers. */
export function offerTicket(ticket: string): readonly [string, string] {
  return [SUBPROTOCOL, `${TICKET_PREFIX}${ticket}`];
}

/** The ticket among the subprotocols that a page offers. */
export function ticketOf(protocols: Iterable<string>): string | undefined {
  for (const protocol of protocols) {
    if (protocol.startsWith(TICKET_PREFIX)) return protocol.slice(TICKET_PREFIX.length);
  }
  return undefined;
}
