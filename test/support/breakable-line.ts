import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a TCP port of this machine that can be cut and mended. */
export interface BreakableLine extends AsyncDisposable {
  readonly port: number;
  /** Cuts all connections; new ones are cut at once. */
  cut(): void;
  mend(): void;
  /** Leads new connections to another port. */
  lead(port: number): void;
  /** How many connections were made over it so far, those that are over included. */
  readonly connections: number;
  /** Keeps what the other side says from now on, until the function that it returns is called. */
  hold(): () => void;
}

export async function breakableLine(first: number): Promise<BreakableLine> {
  const sockets = new Set<Socket>();
  let target = first;
  let isCut = false;
  let connections = 0;
  let held: (() => void)[] | undefined;
  const say = (near: Socket, chunk: Buffer) => {
    if (held) held.push(() => near.write(chunk));
    else near.write(chunk);
  };
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) return near.destroy();
    connections += 1;
    const far = keep(connect(target, '127.0.0.1'));
    near.pipe(far);
    far.on('data', (chunk) => say(near, chunk));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    return near;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    mend() {
      isCut = false;
    },
    lead(port) {
      target = port;
    },
    get connections() {
      return connections;
    },
    hold() {
      held = [];
      return () => {
        const waiting = held ?? [];
        held = undefined;
        for (const goOn of waiting) goOn();
      };
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
    },
  };
}
