// Players in Node: by raw UDP, by the gateway's two wires, and by the bare forwarder's data channels.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { openChannel, RelayConnection } from 'relais';
import { WebSocket } from 'ws';
import { exchange, openOn, wireOf } from './exchange.mjs';
import { CHANNEL } from './forwarder.mjs';

/** Players begin one after the other within this time, in milliseconds, as people do: else all probes come at once. */
const SPREAD = 100;
/** How many come at once. */
const BATCH = 10;

const WAYS = {
  udp: openUdp,
  websocket: (target) => openByGateway(target, 'websocket'),
  webrtc: (target) => openByGateway(target, 'webrtc'),
  bare: openBare,
};

/** Those who are there, by their way. */
const seated = new Map();

/** Lets players come, and stay. Who has no code to join with hosts a match alone. */
export async function seatPlayers({ way, target, players }) {
  const all = seated.get(way) ?? [];
  seated.set(way, all);
  for (let left = players; left > 0; left -= BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, left) }, () => WAYS[way](target));
    all.push(...(await Promise.all(batch)));
  }
}

/** Lets all of a way go. */
export async function unseatPlayers({ way }) {
  const wires = seated.get(way) ?? [];
  seated.delete(way);
  await Promise.all(wires.map((wire) => wire.leave()));
}

/** Lets all of a way play at once. */
export async function playSeated({ way, ...play }) {
  const wires = seated.get(way);
  const played = await Promise.all(
    wires.map((wire, index) =>
      exchange(wire, { ...play, startsIn: (index / wires.length) * SPREAD }),
    ),
  );
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return {
    delays: Float64Array.from(played.flatMap(({ delays }) => delays)),
    sent: sum(played.map(({ sent }) => sent)),
    arrived: sum(played.map(({ arrived }) => arrived)),
    // A data channel that was given up meanwhile.
    elsewhere: wires.filter(({ channel }) => channel && channel.stats().wire !== way).length,
  };
}

async function openUdp({ port, hostname }) {
  const socket = createSocket('udp4');
  const wire = {
    send: (bytes) => socket.send(bytes),
    onDatagram: () => {},
    leave: () => socket.close(),
  };
  socket.on('message', (bytes) => wire.onDatagram(bytes));
  socket.connect(port, hostname);
  await once(socket, 'connect');
  return wire;
}

async function openByGateway({ proxyUrl, code }, name) {
  const relay = new RelayConnection(proxyUrl, { via: 'gateway' });
  await (code ? relay.join(code) : relay.create());
  const channel = await openOn(openChannel, relay, name, { WebSocket, RTCPeerConnection });
  return Object.assign(wireOf(channel), { channel, leave: () => relay.leave() });
}

async function openBare({ url }) {
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('bare', { ...CHANNEL, ordered: false });
  channel.binaryType = 'arraybuffer';
  const wire = { send: (bytes) => channel.send(bytes), onDatagram: () => {} };
  channel.onmessage = ({ data }) => wire.onDatagram(new Uint8Array(data));
  const isOpen = new Promise((resolve) => {
    channel.onopen = resolve;
  });
  await connection.setLocalDescription(await connection.createOffer());
  const answer = await fetch(url, { method: 'POST', body: connection.localDescription.sdp });
  await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  await isOpen;
  // Where nobody has the connection, it is collected, and its channel with it.
  return Object.assign(wire, { leave: () => connection.close() });
}
