// A game's datagrams by one wire, there and back. It runs in Node and in pages alike.

/** Bytes of a game's datagram. */
const SIZE = 200;
/** For how long the last datagrams are waited for, in milliseconds: TCP may send one again more than once. */
const LAST = 1_000;

/**
 * One player's way to the far end, which sends everything back.
 *
 * @typedef {{ send(bytes: Uint8Array): void, onDatagram(bytes: Uint8Array): void }} Wire
 */

/**
 * Sends datagrams, evenly, and hears them come back. A game shows the newest that it has. So for each datagram that it
 * wanted to send it is measured how long it took until that one *or a newer one* was back: whoever loses one datagram
 * waits for the next, and whoever holds all of them back for a lost one waits for that.
 *
 * @param {Wire} wire
 * @param {{ perSecond: number, seconds: number, startsIn?: number, last?: number }} play - `last`: for how long the
 * last datagrams are waited for, in milliseconds.
 * @returns {Promise<{ delays: number[], sent: number, arrived: number }>} the delays in milliseconds; of the last
 * datagrams, where no newer one was sent, only those that came themselves have one.
 */
export async function exchange(wire, { perSecond, seconds, startsIn = 0, last = LAST }) {
  const total = Math.round(perSecond * seconds);
  const sentAt = [];
  const delays = [];
  const arrived = new Set();
  let waiting = 0;
  wire.onDatagram = (bytes) => {
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (number >= sentAt.length || arrived.has(number)) return;
    arrived.add(number);
    const now = performance.now();
    for (; waiting <= number; waiting += 1) delays.push(now - sentAt[waiting]);
  };
  const start = performance.now() + startsIn;
  while (sentAt.length < total) {
    await sleep(start + (sentAt.length * 1_000) / perSecond - performance.now());
    const datagram = new Uint8Array(SIZE);
    new DataView(datagram.buffer).setUint32(0, sentAt.length, true);
    sentAt.push(performance.now());
    wire.send(datagram);
  }
  await sleep(last);
  wire.onDatagram = () => {};
  return { delays, sent: total, arrived: arrived.size };
}

/** A player's way by an open channel. */
export function wireOf(channel) {
  const wire = { send: (bytes) => channel.send(bytes), onDatagram: () => {} };
  channel.on('datagram', (bytes) => wire.onDatagram(bytes));
  return wire;
}

/** Opens a channel, and waits until the wire carries it that is asked for. */
export async function openOn(openChannel, relay, name, options) {
  const wires = name === 'webrtc' ? ['websocket', 'webrtc'] : ['websocket'];
  const channel = await openChannel(relay, { ...options, wires });
  if (channel.stats().wire !== name) {
    await new Promise((resolve) => {
      channel.on('state', (_state, _previous, wire) => wire === name && resolve());
    });
  }
  return channel;
}

function sleep(delay) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, delay)));
}
