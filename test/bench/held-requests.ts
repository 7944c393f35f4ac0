import { type BenchOptions, type Figure, figure, median, percentile } from './figure.js';
import { startProcess } from './process.js';

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

/** One full run: all wait, the service links all sessions at once, all are told. */
async function measure(count: number): Promise<{ perWaiter: number; wakes: number[] }> {
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
  for (const { session_id, ticket } of seats) {
    const answer = await fetch(`${url}/v1/relays/sessions/${session_id}`, {
      headers: { authorization: `Bearer ${ticket}` },
    });
    etags.set(ticket, answer.headers.get('etag') ?? '');
    await answer.arrayBuffer();
  }
  const { hostname: host, port } = new URL(url);
  const requests = seats.map(
    ({ session_id, ticket }) =>
      `GET /v1/relays/sessions/${session_id} HTTP/1.1\r\nHost: ${host}\r\n` +
      `Authorization: Bearer ${ticket}\r\nIf-None-Match: ${etags.get(ticket)}\r\nPrefer: wait=50\r\n\r\n`,
  );
  const before = (await proxy.tell<{ rss: number }>('memory')).rss;
  const sent = new Promise<void>((resolve) => {
    client.onNews = () => resolve();
  });
  const answers = client.tell<{ moments: number[] }>('waiters', { host, port: +port, requests });
  await Promise.race([sent, answers]);
  const after = (await proxy.tell<{ rss: number }>('memory')).rss;
  const { at } = await service.tell<{ at: number }>('linkAll');
  const { moments } = await answers;
  return {
    perWaiter: (after - before) / 1024 / count,
    wakes: moments.map((moment) => moment - at),
  };
}

/** Ten thousand requests held by one process, and all answered at once. */
export async function heldRequests({ quick, say }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 100 : 10_000;
  const runs: Awaited<ReturnType<typeof measure>>[] = [];
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    say(`proxy/waiters=${count}: round ${round + 1}`);
    runs.push(await measure(count));
  }
  const name = `proxy/waiters=${count}`;
  return [
    figure(`${name}/rss-per-waiter`, 'KiB', median(runs.map(({ perWaiter }) => perWaiter))),
    figure(`${name}/wake-p99`, 'ms', median(runs.map(({ wakes }) => percentile(wakes, 0.99)))),
  ];
}
