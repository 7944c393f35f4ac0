// A match in Electron, straight to the relay by UDP: no gateway is needed. This is a window's preload script, for a
// page has no UDP there either:
//
//   import { contextBridge } from 'electron';
//   contextBridge.exposeInMainWorld('match', { play });
//
// The window needs `webPreferences: { preload, sandbox: false, backgroundThrottling: false }`, or the script has no
// Node, and the timers of a window that is hidden sleep. The page then calls `match.play(…)`.
import { openChannel, RelayConnection } from 'relais';
import { udpWire } from 'relais/udp';

/** Time between two datagrams, in milliseconds: 30 a second. */
const TICK = 33;
/** The host's number. The others have their connection ids, which are never negative. */
const HOST = -1;

/** Where a player is. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A match that is on. It has functions and plain values alone: nothing else crosses the bridge. */
export interface Match {
  /** Others join with it. */
  readonly code: string;
  /** Says where this player is from now on. */
  moveTo(place: Place): void;
  /** Leaves the match. */
  leave(): Promise<void>;
}

/**
 * Hosts a match, or joins the one that has this code.
 *
 * @param onMove - Told where another player is, who is known by a number: 30 times a second, so ease between them.
 * @param onEnd - Told why the match is over.
 */
export async function play(
  proxyUrl: string,
  code: string | undefined,
  onMove: (player: number, place: Place) => void,
  onEnd: (reason: string) => void,
): Promise<Match> {
  const relay = new RelayConnection(proxyUrl);
  await (code ? relay.join(code) : relay.create());
  const channel = await openChannel(relay, { wire: udpWire() });
  const others = new Map<number, Place>();
  let me: Place = { x: 0, y: 0 };

  // A datagram has a number, x and y for each player that it tells of. A client tells of themselves, and the host knows
  // them by the connection id. The host tells each client of all the others.
  channel.on('datagram', (bytes, connectionId) => {
    // Anybody in the match may send anything.
    if (bytes.byteLength % 24 !== 0) return;
    const told = new Float64Array(new Uint8Array(bytes).buffer);
    for (let at = 0; at < told.length; at += 3) {
      const [id = 0, x = 0, y = 0] = told.subarray(at);
      others.set(connectionId ?? id, { x, y });
      onMove(connectionId ?? id, { x, y });
    }
  });
  const tell = (client?: number) => {
    const told = [HOST, me.x, me.y];
    for (const [id, { x, y }] of others) {
      if (client !== undefined && id !== client) told.push(id, x, y);
    }
    channel.send(Float64Array.from(told), client);
  };
  const ticks = setInterval(() => {
    if (relay.role === 'client') tell();
    else for (const client of others.keys()) tell(client);
  }, TICK);
  channel.on('close', (reason) => {
    clearInterval(ticks);
    onEnd(reason);
  });
  return {
    code: relay.joinCode ?? '',
    moveTo: (place) => {
      me = place;
    },
    leave: () => relay.leave(),
  };
}
