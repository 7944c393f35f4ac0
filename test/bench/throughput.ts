import autocannon from 'autocannon';
import { type BenchOptions, type Figure, figure, median } from './figure.js';
import { startProcess } from './process.js';

const CONNECTIONS = 32;

/**
 * Successful requests per second.
 *
 * @param shares - among how many such loads the connections are shared out.
 */
export async function load(
  seconds: number,
  options: autocannon.Options,
  shares = 1,
): Promise<number> {
  const connections = CONNECTIONS / shares;
  const result = await autocannon({ connections, duration: seconds, ...options });
  if (result.non2xx + result.errors > 0) throw new Error('The server refused requests under load.');
  return result.requests.average;
}

/**
 * Runs a load that never sleeps meanwhile. To wake the other side up costs a server more than the answer itself,
 * and of two servers the slower one, which lets the load wait more often, would pay more of that.
 */
export async function awake<T>(run: Promise<T>): Promise<T> {
  let isOver = false;
  const stay = () => {
    if (!isOver) setImmediate(stay);
  };
  stay();
  try {
    return await run;
  } finally {
    isOver = true;
  }
}

const json = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
});

/** The headers that the proxy gave an answer; the server itself adds the others. */
function ownHeaders(answer: Response): Record<string, string> {
  const headers = new Headers(answer.headers);
  for (const name of ['connection', 'content-length', 'date', 'keep-alive']) headers.delete(name);
  return Object.fromEntries(headers);
}

/** A request for a session's status, and the answer that it got once the session was linked. */
interface LinkedStatus {
  readonly request: { readonly url: string; readonly headers: Record<string, string> };
  readonly answer: Response;
  readonly body: string;
}

/** Makes a session, and asks for its status until it is linked. */
export async function linkSession(sessions: string): Promise<LinkedStatus> {
  const created = await fetch(sessions, { method: 'POST', headers: json('host'), body: '{}' });
  const { session_id, ticket } = (await created.json()) as { session_id: string; ticket: string };
  const request = {
    url: `${sessions}/${session_id}`,
    headers: { authorization: `Bearer ${ticket}` },
  };
  for (;;) {
    const answer = await fetch(request.url, request);
    const body = await answer.text();
    if (JSON.parse(body).linked) return { request, answer, body };
  }
}

/**
 * Requests for a new session a second, each of another player's, shared out among the instances; one number for each
 * round.
 */
export async function loadCreates(
  instances: readonly string[],
  seconds: number,
  rounds: number,
): Promise<number[]> {
  let players = 0;
  const setupRequest = (request: autocannon.Request): autocannon.Request => ({
    ...request,
    headers: json(`player-${players++}`),
  });
  const requests = [{ method: 'POST' as const, body: '{}', setupRequest }];
  const creates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const loads = instances.map((url) => load(seconds, { url, requests }, instances.length));
    creates.push((await Promise.all(loads)).reduce((sum, each) => sum + each, 0));
  }
  return creates;
}

/** The service, the proxy and the bare server are each a process; this one makes the load. */
export async function throughput({ quick, say }: BenchOptions): Promise<Figure[]> {
  const seconds = quick ? 1 : 4;
  const rounds = quick ? 1 : 7;
  using service = startProcess();
  using proxy = startProcess();
  using bare = startProcess();
  using frame = startProcess();
  const serviceUrl = (await service.tell<{ url: string }>('service', { delays: [1] })).url;
  const { url } = await proxy.tell<{ url: string }>('proxy', { serviceUrl });
  const sessions = `${url}/v1/relays/sessions`;
  const { request: status, answer, body } = await linkSession(sessions);
  const bareUrl = (await bare.tell<{ url: string }>('bare', { body })).url;
  const frameUrl = (
    await frame.tell<{ url: string }>('frame', { body, headers: ownHeaders(answer) })
  ).url;
  const measure = async () => ({
    status: await awake(load(seconds, status)),
    bare: await awake(load(seconds, { ...status, url: bareUrl })),
    frame: await awake(
      load(seconds, { ...status, url: `${frameUrl}${new URL(status.url).pathname}` }),
    ),
  });

  // Once for nothing, so that none is measured cold.
  await measure();
  const runs: Awaited<ReturnType<typeof measure>>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    say(`proxy/status-rps: round ${round + 1} of ${rounds}`);
    runs.push(await measure());
  }

  say('proxy/create-rps');
  const creates = await loadCreates([sessions], seconds, Math.min(rounds, 3));
  return [
    figure('proxy/status-rps', 'requests/s', median(runs.map((run) => run.status))),
    figure('proxy/status-rps/bare', 'requests/s', median(runs.map((run) => run.bare))),
    figure('proxy/status-rps/ratio', '1', median(runs.map((run) => run.status / run.bare))),
    figure('proxy/status-rps/frame-ratio', '1', median(runs.map((run) => run.frame / run.bare))),
    figure('proxy/create-rps', 'requests/s', median(creates)),
  ];
}
