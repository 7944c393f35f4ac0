// Cubes with Three.js: each player moves their own with the arrow keys, and sees those of the others.
//
//   const canvas = document.querySelector('canvas');
//   play(canvas, (text) => { document.title = text; });             hosts a match
//   play(canvas, (text) => { document.title = text; }, 'K7QDRMBH'); joins the one with this code
import { openChannel, type RelayChannel, RelayConnection } from 'relais';
import {
  BoxGeometry,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';

/** Metres in a millisecond. */
const SPEED = 0.003;
/** Time between two datagrams, in milliseconds: 30 a second. What is between them is drawn by easing. */
const TICK = 33;
/** Whoever is silent for so long is gone, in milliseconds. */
const GONE_AFTER = 2_000;
/** The host's number. The others have their connection ids, which are never negative. */
const HOST = -1;

/** Where a player was last said to be, and when. */
interface Said {
  readonly x: number;
  readonly y: number;
  readonly heardAt: number;
}

/** Says where this player is until the channel is closed. @returns where the others are, by their numbers. */
function exchange(relay: RelayConnection, channel: RelayChannel, me: { x: number; y: number }) {
  const others = new Map<number, Said>();
  // A datagram has a number, x and y for each player that it tells of. A client tells of themselves, and the host knows
  // them by the connection id. The host tells each client of all the others.
  channel.on('datagram', (bytes, connectionId) => {
    // Anybody in the match may send anything.
    if (bytes.byteLength % 24 !== 0) return;
    const told = new Float64Array(new Uint8Array(bytes).buffer);
    for (let at = 0; at < told.length; at += 3) {
      const [id = 0, x = 0, y = 0] = told.subarray(at);
      others.set(connectionId ?? id, { x, y, heardAt: performance.now() });
    }
  });
  const tell = (client?: number) => {
    const told = [HOST, me.x, me.y];
    if (client === undefined) return channel.send(Float64Array.from(told));
    for (const [id, { x, y }] of others) if (id !== client) told.push(id, x, y);
    return channel.send(Float64Array.from(told), client);
  };
  const ticks = setInterval(() => {
    for (const [id, { heardAt }] of others) {
      if (performance.now() - heardAt > GONE_AFTER) others.delete(id);
    }
    if (relay.role === 'client') tell();
    else for (const client of others.keys()) tell(client);
  }, TICK);
  channel.once('close', () => clearInterval(ticks));
  return others;
}

/** Listens to the keyboard. @returns what tells whether the one or the other key is held: -1, 0 or 1. */
function watchKeys() {
  const held = new Set<string>();
  addEventListener('keydown', ({ key }) => held.add(key));
  addEventListener('keyup', ({ key }) => held.delete(key));
  return (back: string, forth: string) => Number(held.has(forth)) - Number(held.has(back));
}

function addCube(scene: Scene, color: string, at: Vector3): Mesh {
  const cube = new Mesh(new BoxGeometry(), new MeshBasicMaterial({ color }));
  cube.position.copy(at);
  scene.add(cube);
  return cube;
}

/** Hosts a match, or joins the one that has this code, and plays it. */
export async function play(
  canvas: HTMLCanvasElement,
  show: (text: string) => void,
  code?: string,
): Promise<RelayConnection> {
  const relay = new RelayConnection('https://studio.example/relay', { via: 'gateway' });
  relay.on('error', ({ message }) => show(message));
  await (code ? relay.join(code) : relay.create());
  const channel = await openChannel(relay);
  show(`Join with ${relay.joinCode}`);

  const renderer = new WebGLRenderer({ canvas });
  renderer.setSize(canvas.width, canvas.height, false);
  const camera = new PerspectiveCamera(60, canvas.width / canvas.height);
  camera.position.z = 6;
  const scene = new Scene();
  const me = addCube(scene, 'deepskyblue', new Vector3(-2, 0, 0)).position;
  me.y = relay.role === 'server' ? 1 : -1;
  const others = exchange(relay, channel, me);
  const cubes = new Map<number, Mesh>();
  const axis = watchKeys();
  let before = performance.now();
  renderer.setAnimationLoop(() => {
    const delta = performance.now() - before;
    before += delta;
    me.x += axis('ArrowLeft', 'ArrowRight') * SPEED * delta;
    me.y += axis('ArrowDown', 'ArrowUp') * SPEED * delta;
    // Most of the way within a tenth of a second, however many frames that takes.
    const ease = 1 - Math.exp(-delta / 50);
    for (const [id, { x, y }] of others) {
      const to = new Vector3(x, y, 0);
      const cube = cubes.get(id) ?? addCube(scene, 'orange', to);
      cubes.set(id, cube);
      cube.position.lerp(to, ease);
    }
    for (const [id, cube] of cubes) {
      if (others.has(id)) continue;
      scene.remove(cube);
      cubes.delete(id);
    }
    renderer.render(scene, camera);
  });
  channel.on('close', (reason) => {
    renderer.setAnimationLoop(null);
    show(`The match is over: ${reason}`);
  });
  return relay;
}
