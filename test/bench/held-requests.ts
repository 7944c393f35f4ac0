import { type BenchOptions, type Figure, figure, median, percentile } from './figure.js';
import { type BenchProcess, startProcess } from './process.js';

const PLAYERS_PER_SESSION = 50;
/** How many players join at once while the sessions are filled. */
const BATCH = 25;

interface Seat {
  readonly session_id: string;
  readonly ticket: string;
}

async function post(url: string, player: string, body: object): Promise<Seat> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${player}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Seat;
}

/** Fills sessions with players. */
async function takeSeats(url: string, count: number): Promise<Seat[]> {
  const seats: Seat[] = [];
  for (let host = 0; host < count; host += PLAYERS_PER_SESSION) {
    const seat = await post(`${url}/v1/relays/sessions`, `player-${host}`, {});
    seats.push(seat);
    const { session_id } = seat;
    for (let first = 1; first < PLAYERS_PER_SESSION; first += BATCH) {
      const size = Math.min(BATCH, PLAYERS_PER_SESSION - first);
      const joins = Array.from({ length: size }, (_, index) =>
        post(`${url}/v1/relays/sessions:authorize-user`, `player-${host + first + index}`, {
          session_id,
        }),
      );
      seats.push(...(await Promise.all(joins)));
    }
  }
  return seats;
}

/** Sends requests that are held, each on its own connection. */
function hold(client: BenchProcess, options: { host: string; port: number; requests: string[] }) {
  const sent = new Promise<void>((resolve) => {
    client.onNews = () => resolve();
  });
  const answers = client.tell<{ moments: number[] }>('waiters', options);
  return { sent: Promise.race([sent, answers]), answers };
}

/** As {@link measure}, with nothing in the process but the server library and one document. */
async function measureBare(count: number, body: string): Promise<number[]> {
  using bare = startProcess();
  using client = startProcess();
  const { url } = await bare.tell<{ url: string }>('bare', { body, isHeld: true });
  const { hostname: host, port } = new URL(url);
  const request = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const requests = Array.from({ length: count }, () => request);
  const { sent, answers } = hold(client, { host, port: +port, requests });
  await sent;
  // The proxy gets this time, too: what was sent has arrived then.
  await bare.tell('memory');
  const { at } = await bare.tell<{ at: number }>('release');
  return (await answers).moments.map((moment) => moment - at);
}

interface Run {
  readonly perWaiter: number;
  readonly wakes: number[];
  readonly bareWakes: number[];
}

/** One full run: all wait, the service links all sessions at once, all are told. */
async function measure(count: number): Promise<Run> {
  using service = startProcess();
  using proxy = startProcess();
  using client = startProcess();
  const serviceUrl = (await service.tell<{ url: string }>('service')).url;
  const { url } = await proxy.tell<{ url: string }>('proxy', {
    serviceUrl,
    webhook: true,
    longestWait: 50,
  });
  const seats = await takeSeats(url, count);
  const etags = new Map<string, string>();
  let body = '';
  for (const { session_id, ticket } of seats) {
    const answer = await fetch(`${url}/v1/relays/sessions/${session_id}`, {
      headers: { authorization: `Bearer ${ticket}` },
    });
    etags.set(ticket, answer.headers.get('etag') ?? '');
    body = await answer.text();
  }
  const { hostname: host, port } = new URL(url);
  const requests = seats.map(
    ({ session_id, ticket }) =>
      `GET /v1/relays/sessions/${session_id} HTTP/1.1\r\nHost: ${host}\r\n` +
      `Authorization: Bearer ${ticket}\r\nIf-None-Match: ${etags.get(ticket)}\r\nPrefer: wait=50\r\n\r\n`,
  );
  const before = (await proxy.tell<{ rss: number }>('memory')).rss;
  const { sent, answers } = hold(client, { host, port: +port, requests });
  await sent;
  const after = (await proxy.tell<{ rss: number }>('memory')).rss;
  const { at } = await service.tell<{ at: number }>('linkAll');
  const { moments } = await answers;
  return {
    perWaiter: (after - before) / 1024 / count,
    wakes: moments.map((moment) => moment - at),
    bareWakes: await measureBare(count, body),
  };
}

/** Ten thousand requests held by one process, and all answered at once. */
export async function heldRequests({ quick, say }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 100 : 10_000;
  const runs: Run[] = [];
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    say(`proxy/waiters=${count}: round ${round + 1}`);
    runs.push(await measure(count));
  }
  const name = `proxy/waiters=${count}`;
  const p99 = (wakesOf: (run: Run) => number[]) =>
    median(runs.map((run) => percentile(wakesOf(run), 0.99)));
  return [
    figure(`${name}/rss-per-waiter`, 'KiB', median(runs.map(({ perWaiter }) => perWaiter))),
    figure(
      `${name}/wake-p99`,
      'ms',
      p99(({ wakes }) => wakes),
    ),
    figure(
      `${name}/wake-p99/bare`,
      'ms',
      p99(({ bareWakes }) => bareWakes),
    ),
  ];
}
