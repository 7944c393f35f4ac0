// What the datagrams' ways lead to, and the ways themselves: the echo, the relay, the bare forwarder, the gateway.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createGateway } from 'relais/gateway';
import { serveRelayProxy } from 'relais/proxy/node';
import { WebSocketServer } from 'ws';

const HOST = '127.0.0.1';
/** In a datagram to the relay: two tokens, then what it is. */
const TYPE_AT = 8;
const PING = 1;
const DATA = 2;
const VALID = Buffer.of(PING, 2);

/** Sends every datagram back. */
export function startEcho({ hostname = HOST } = {}) {
  const answer = (socket, bytes, { port, address }) => socket.send(bytes, port, address);
  return startUdp(answer, hostname);
}

/** A relay that finds everybody valid, and sends each client its own datagrams back. */
export function startRelay() {
  return startUdp((socket, bytes, { port, address }) => {
    if (bytes[TYPE_AT] === PING) socket.send(VALID, port, address);
    else socket.send(bytes.subarray(TYPE_AT), port, address);
  });
}

/** A relay that sends a client so many datagrams a second as soon as it pings, each with the moment in it. */
export function startFlood({ perSecond, size, moment }) {
  let isFlowing = false;
  return startUdp((socket, bytes, { port, address }) => {
    if (bytes[TYPE_AT] !== PING) return;
    socket.send(VALID, port, address);
    if (isFlowing) return;
    isFlowing = true;
    setInterval(() => {
      const datagram = Buffer.alloc(1 + size);
      datagram[0] = DATA;
      datagram.writeDoubleLE(moment(), 1);
      socket.send(datagram, port, address);
    }, 1_000 / perSecond);
  });
}

async function startUdp(answer, hostname = HOST) {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
  socket.on('message', (bytes, from) => answer(socket, bytes, from));
  socket.bind(0, hostname);
  await once(socket, 'listening');
  return { port: socket.address().port };
}

/** From `ws` to UDP and back with nothing in between: the limit of this wire. */
export async function startForwarder({ port }) {
  const options = { noServer: true, perMessageDeflate: false, clientTracking: false };
  const sockets = new WebSocketServer(options);
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (page) => {
      const udp = createSocket('udp4');
      udp.on('message', (bytes) => page.send(bytes, { binary: true, compress: false }));
      udp.connect(port, HOST);
      page.on('message', (bytes) => udp.send(bytes));
      page.on('close', () => udp.close());
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return { url: `ws://${HOST}:${server.address().port}/` };
}

/** The gateway as users run it, on the proxy's listener; whoever names a ticket has a seat of that name. */
export async function startGateway({ port }) {
  const proxy = { fetch: () => new Response(null, { status: 404 }), start() {}, async close() {} };
  const gateway = createGateway({ seats: seatsAt(port), development: true });
  const { url } = await serveRelayProxy(proxy, { port: 0, hostname: HOST, gateway });
  return { url: `${url.replace('http', 'ws')}/v1/channel`, gateway };
}

/** Everybody is a client of the same relay, and comes from an address of their own. */
function seatsAt(port) {
  const relay = { host: HOST, port };
  const tokens = { userAuthorizationToken: 1, sessionAuthorizationToken: 2 };
  const document = { role: 'client', players: 2, isOpen: true, relay, ...tokens };
  return {
    allowsOrigin: () => true,
    addressKey: (headers, address) => headers.get('sec-websocket-protocol') ?? address,
    async follow(ticket, listener) {
      listener.onDocument(document);
      return { key: ticket, lease: 120_000, async renew() {}, refresh() {}, release() {} };
    },
  };
}
