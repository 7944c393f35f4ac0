import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { RelaySide } from '../../datagram/index.js';
import { RelayPeers, type RelayPeersOptions } from './relay-peers.js';

/** The relay of one session: two UDP ports. */
export interface UdpRelay {
  /** The IP address that both listen on. */
  readonly address: string;
  readonly ports: Readonly<Record<RelaySide, number>>;
  /** The session is over: tells the peers so for a while, where there are any, and closes both ports. */
  retire(): Promise<void>;
  /** Closes both ports at once. */
  close(): Promise<void>;
}

/** What a socket may hold while the process is busy, in bytes: bursts must not be lost on loopback. */
const RECEIVE_BUFFER = 1024 * 1024;

/** What a relay goes by. */
export interface UdpRelayOptions extends RelayPeersOptions {
  /** Time from the end of the session until the ports close, in milliseconds. */
  readonly farewell: number;
}

/**
 * Opens both ports, on free numbers of `address`. Rejects when that cannot be had.
 */
export async function openUdpRelay(address: string, options: UdpRelayOptions): Promise<UdpRelay> {
  const { clock, farewell } = options;
  const peers = new RelayPeers(options);
  const sockets: Record<RelaySide, Socket> = { server: open(address), client: open(address) };
  const both = [sockets.server, sockets.client];
  let isClosed = false;
  let endFarewell = () => {};
  const close = async () => {
    endFarewell();
    if (isClosed) return;
    isClosed = true;
    await Promise.all(
      both.map((socket) => new Promise<void>((done) => socket.close(() => done()))),
    );
  };
  const retire = async () => {
    if (peers.end()) {
      await new Promise<void>((over) => {
        const timer = clock.setTimeout(over, farewell);
        endFarewell = () => {
          clock.clearTimeout(timer);
          over();
        };
      });
    }
    await close();
  };
  for (const side of ['server', 'client'] as const) {
    sockets[side].on('message', (bytes, from) => {
      const outgoing = isClosed ? undefined : peers.receive(side, bytes, from);
      if (!outgoing) return;
      // A peer that has gone away is no reason to fail: it is forgotten in time.
      sockets[outgoing.side].send(outgoing.bytes, outgoing.to.port, outgoing.to.address, () => {});
    });
  }
  try {
    await Promise.all(
      both.map((socket) => {
        socket.bind(0, address);
        return once(socket, 'listening');
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }
  for (const socket of both) socket.on('error', () => {});
  return {
    address: sockets.server.address().address,
    ports: { server: sockets.server.address().port, client: sockets.client.address().port },
    retire,
    close,
  };
}

function open(address: string): Socket {
  return createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER,
    sendBufferSize: RECEIVE_BUFFER,
  });
}
