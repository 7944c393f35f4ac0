// Players who send datagrams and measure when they are back: by UDP, by the bare forwarder, by the gateway.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { moment } from '../moment.mjs';
import { openLightSocket } from './light-socket.mjs';

/** Bytes of a game's datagram. */
export const SIZE = 200;
/** As a page does, a player by the gateway probes it so often, in milliseconds. */
const PROBE_EVERY = 100;
/** How many players connect at once. */
const BATCH = 100;
/** For how long the last datagrams are waited for, in milliseconds. */
const LAST = 200;

/** @typedef {{ send(payload: Buffer): void, close(): void }} Player */

const WAYS = {
  async udp({ port }, onDatagram) {
    const socket = createSocket('udp4');
    socket.on('message', onDatagram);
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return { send: (payload) => socket.send(payload), close: () => socket.close() };
  },
  async forwarder({ url }, onDatagram) {
    const socket = await openLightSocket(url, [], { onBinary: onDatagram });
    return { send: (payload) => socket.sendBinary(payload), close: () => socket.close(1000) };
  },
  gateway: openByGateway,
};

/** Speaks the page's side of the wire: the send time before each datagram, and probes while datagrams travel. */
async function openByGateway({ url, name }, onDatagram, onLost = () => {}) {
  let socket;
  const isReady = new Promise((resolve, reject) => {
    const protocols = ['relais.v1', `ticket.${name}`];
    const isUp = openLightSocket(url, protocols, {
      onBinary: (bytes) => onDatagram(bytes.subarray(2)),
      onText: (text) => {
        const { type, id, state } = JSON.parse(text);
        if (type === 'probe') socket.sendText(JSON.stringify({ type: 'echo', id }));
        if (state === 'open') isUp.then(resolve);
      },
      onClosed: (code) => {
        reject(new Error(`The gateway closed the wire: ${code}.`));
        onLost(code);
      },
    });
    isUp.then((opened) => {
      socket = opened;
    }, reject);
  });
  await isReady;
  let probedAt = Number.NEGATIVE_INFINITY;
  let probes = 0;
  const send = (payload) => {
    const now = performance.now();
    const sentAt = Buffer.of(now & 0xff, (now >> 8) & 0xff);
    if (now - probedAt < PROBE_EVERY) {
      socket.sendBinary(sentAt, payload);
      return;
    }
    probedAt = now;
    // As a browser does, both in one write.
    socket.sendBoth([sentAt, payload], JSON.stringify({ type: 'probe', id: ++probes }));
  };
  return { socket, send, close: () => socket.close(1000) };
}

let opened = 0;

/** Opens a way for so many players. */
async function openAll(way, target, count, onDatagram) {
  const players = [];
  while (players.length < count) {
    const size = Math.min(BATCH, count - players.length);
    const batch = Array.from({ length: size }, () =>
      WAYS[way]({ ...target, name: `player-${process.pid}-${opened++}` }, onDatagram),
    );
    players.push(...(await Promise.all(batch)));
  }
  return players;
}

/** Calls back so often a second, evenly, for so many seconds. */
async function pace(perSecond, seconds, callback) {
  const start = moment();
  const total = Math.round(perSecond * seconds);
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((moment() - start) * perSecond) / 1_000) + 1);
    for (; sent < due; sent += 1) callback(sent);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/**
 * Lets players play: each sends so many datagrams a second, and gets them back. Resolves to the round trips, in
 * milliseconds, and how many datagrams were sent. `onStart` is called when all are connected.
 */
export async function play({ way, target, players: count, perSecond, seconds }, onStart) {
  const roundTrips = [];
  const players = await openAll(way, target, count, (bytes) => {
    roundTrips.push(moment() - bytes.readDoubleLE(0));
  });
  await onStart?.();
  let sent = 0;
  const start = moment();
  await pace(perSecond * count, seconds, (index) => {
    // They begin one after the other, as people do: else all their probes, and the gateway's, come at once.
    if (moment() - start < ((index % count) / count) * PROBE_EVERY) return;
    const payload = Buffer.alloc(SIZE);
    payload.writeDoubleLE(moment(), 0);
    players[index % count].send(payload);
    sent += 1;
  });
  await new Promise((resolve) => setTimeout(resolve, LAST));
  for (const player of players) player.close();
  return { roundTrips: Float64Array.from(roundTrips), sent };
}

const resting = [];

/** Connects players by the gateway who do nothing but answer it. */
export async function rest({ target, players }) {
  resting.push(...(await openAll('gateway', target, players, () => {})));
}

/** How much an attacker may have waiting in memory, in bytes: the rest is not sent. */
const MOST_WAITING = 1024 * 1024;

/** One player who sends far more than anybody may, until the wire is closed. */
export async function attack({ target, perSecond, seconds }) {
  const open = () =>
    WAYS.gateway(
      { ...target, name: 'attacker' },
      () => {},
      () => {
        attacker = undefined;
      },
    );
  let attacker = await open();
  let tried = 0;
  await pace(perSecond, seconds, () => {
    tried += 1;
    if (attacker && attacker.socket.bufferedAmount < MOST_WAITING)
      attacker.send(Buffer.alloc(SIZE));
  });
  attacker?.socket.terminate();
  return { tried };
}
