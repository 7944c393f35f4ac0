import { RelayChannel } from '../../src/channel/relay-channel.js';
import { websocketWire } from '../../src/channel/websocket-wire.js';
import { type DistantSockets, distantSockets } from './distant-socket.js';
import type { FakeSeat } from './fake-seats.js';
import type { GatewayStack } from './gateway-stack.js';

/** A real channel over a real WebSocket, on the stack's clock. */
export interface ChannelAtGateway {
  readonly channel: RelayChannel;
  readonly sockets: DistantSockets;
}

/** Opens the channel of a seat, from a page that is so far away: nowhere unless told otherwise. */
export function openAtGateway(
  { clock, url }: GatewayStack,
  seat: FakeSeat,
  delay: () => number = () => 0,
  back = delay,
): ChannelAtGateway {
  const sockets = distantSockets(clock, delay, back);
  const target = {
    endpoint: () => undefined,
    gateway: () => ({ url, ticket: seat.tickets[0] ?? '' }),
  };
  const wire = websocketWire(sockets.WebSocket, clock);
  return { channel: new RelayChannel(wire, target, seat.document.role), sockets };
}

/** Waits until nothing moves any more: what `read` says was the same for so many looks. */
export async function quiet(read: () => unknown, looks = 3): Promise<void> {
  let [before, same] = ['', 0];
  while (same < looks) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const now = JSON.stringify(read());
    same = now === before ? same + 1 : 0;
    before = now;
  }
}
