import { createSocket, type Socket } from 'node:dgram';
import { RelayError } from '../common/relay-error.js';

/**
 * Opens a UDP socket that hears and reaches nobody but one address and port.
 *
 * @throws {RelayError} `network` where the system has none to give, or no way there.
 */
export async function openConnectedSocket(
  address: string,
  family: 4 | 6,
  port: number,
): Promise<Socket> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      const whenConnected = (error?: Error) => {
        socket.off('error', reject);
        if (error) reject(error);
        else resolve();
      };
      socket.connect(port, address, whenConnected);
    });
    return socket;
  } catch {
    socket.close();
    throw new RelayError('network', 'There is no way to the relay.');
  }
}
