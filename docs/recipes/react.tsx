// A match for as long as a component is on the page, under StrictMode, too: each player moves a square with the arrow
// keys, and sees those of the others.
import { useEffect, useState } from 'react';
import { openChannel, type RelayChannel, RelayConnection } from 'relais';

/** Time between two datagrams, in milliseconds: 30 a second. What is between them is a transition of the style's. */
const TICK = 33;
/** Pixels in a millisecond. */
const SPEED = 0.15;
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

export interface Match {
  readonly relay: RelayConnection;
  /** Once it is open. */
  readonly channel: RelayChannel | undefined;
  /** What to tell the player where there is none. */
  readonly problem: string | undefined;
}

/** Hosts a match, or joins one by its code, and leaves it with the component. */
export function useMatch(code?: string): Match {
  const [relay] = useState(
    () => new RelayConnection('https://studio.example/relay', { via: 'gateway' }),
  );
  const [channel, setChannel] = useState<RelayChannel>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    // StrictMode runs each effect, its clean-up, and the effect once more. The first start is left at once, before
    // anything is sent. It rejects with "aborted", and nobody hears of it.
    const life = new AbortController();
    const { signal } = life;
    const start = async () => {
      await (code ? relay.join(code) : relay.create());
      const opened = await openChannel(relay, { signal });
      opened.on('close', (reason) => {
        if (!signal.aborted) setProblem(`The match is over: ${reason}`);
      });
      setChannel(opened);
    };
    setChannel(undefined);
    setProblem(undefined);
    start().catch(({ message }) => {
      if (!signal.aborted) setProblem(message);
    });
    return () => {
      life.abort();
      relay.leave();
    };
  }, [relay, code]);

  return { relay, channel, problem };
}

/** What a datagram says: a number, x and y for each player that it tells of. */
function read(bytes: Uint8Array, connectionId: number | undefined, others: Map<number, Said>) {
  // Anybody in the match may send anything.
  if (bytes.byteLength % 24 !== 0) return;
  const told = new Float64Array(new Uint8Array(bytes).buffer);
  for (let at = 0; at < told.length; at += 3) {
    const [id = 0, x = 0, y = 0] = told.subarray(at);
    // The host knows a client by the connection id. A client hears the host tell of all the others.
    others.set(connectionId ?? id, { x, y, heardAt: performance.now() });
  }
}

/** A client tells of themselves, the host tells each client of all the others. */
function tell(
  channel: RelayChannel,
  isHost: boolean,
  x: number,
  y: number,
  others: Map<number, Said>,
) {
  if (!isHost) channel.send(Float64Array.of(0, x, y));
  else {
    for (const client of others.keys()) {
      const told = [HOST, x, y];
      for (const [id, at] of others) if (id !== client) told.push(id, at.x, at.y);
      channel.send(Float64Array.from(told), client);
    }
  }
}

/** Plays on a channel. @returns where all are, this player first. */
function usePlayers(channel: RelayChannel, isHost: boolean) {
  const [players, setPlayers] = useState<[id: number | undefined, x: number, y: number][]>([]);
  useEffect(() => {
    const life = new AbortController();
    const others = new Map<number, Said>();
    const held = new Set<string>();
    let x = 40;
    let y = isHost ? 60 : 140;
    const tick = () => {
      x += (Number(held.has('ArrowRight')) - Number(held.has('ArrowLeft'))) * SPEED * TICK;
      y += (Number(held.has('ArrowDown')) - Number(held.has('ArrowUp'))) * SPEED * TICK;
      for (const [id, { heardAt }] of others) {
        if (performance.now() - heardAt > GONE_AFTER) others.delete(id);
      }
      tell(channel, isHost, x, y, others);
      const seen = [...others].map(([id, at]) => [id, at.x, at.y] as [number, number, number]);
      setPlayers([[undefined, x, y], ...seen]);
    };
    const hear = (bytes: Uint8Array, connectionId: number | undefined) =>
      read(bytes, connectionId, others);
    const ticks = setInterval(tick, TICK);
    channel.on('datagram', hear);
    addEventListener('keydown', ({ key }) => held.add(key), life);
    addEventListener('keyup', ({ key }) => held.delete(key), life);
    return () => {
      clearInterval(ticks);
      channel.off('datagram', hear);
      life.abort();
    };
  }, [channel, isHost]);
  return players;
}

function Squares({
  channel,
  isHost,
}: {
  readonly channel: RelayChannel;
  readonly isHost: boolean;
}) {
  return usePlayers(channel, isHost).map(([id, x, y]) => (
    <div
      key={id ?? 'me'}
      style={{
        position: 'absolute',
        width: 24,
        height: 24,
        background: id === undefined ? 'deepskyblue' : 'orange',
        transform: `translate(${x}px, ${y}px)`,
        transition: `transform ${2 * TICK}ms linear`,
      }}
    />
  ));
}

/** The match on the page. */
export function Game({ code }: { readonly code?: string | undefined }) {
  const { channel, problem, relay } = useMatch(code);
  if (problem) return <p role="alert">{problem}</p>;
  if (!channel) return <p>Looking for a relay …</p>;
  return (
    <>
      <p>Join with {relay.joinCode}</p>
      <Squares channel={channel} isHost={relay.role === 'server'} />
    </>
  );
}
