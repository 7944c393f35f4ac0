import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { once } from 'node:events';

/**
 * Takes a UDP port as the library of the data channels does: for IPv6 and IPv4 at once, and for IPv4 alone on a machine
 * that has no IPv6.
 *
 * @param port - 0 for one that is free.
 * @throws {Error} Node's own: `EADDRINUSE` where somebody has it.
 */
export async function takeUdpPort(port: number): Promise<Socket> {
  try {
    return await take('udp6', port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw error;
    return await take('udp4', port);
  }
}

async function take(family: SocketType, port: number): Promise<Socket> {
  const socket = createSocket(family);
  try {
    socket.bind(port);
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}
