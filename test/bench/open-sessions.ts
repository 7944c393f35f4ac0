import { type BenchOptions, type Figure, figure, percentile } from './figure.js';
import { moment } from './moment.mjs';
import { POLICIES, type Policy } from './policies.js';
import { type BenchProcess, startProcess } from './process.js';

/** How many calls a second the proxy may make: what it may by default. */
const BUDGET = 20;
/** How much faster the proxy's clock goes while the open sessions are made: the budget then allows for more. */
const PACE_AT_FIRST = 25;
/** How many sessions are made at once. */
const AT_ONCE = 16;
/** How many sessions are pending at once. */
const PENDING = 5;
/** How long it takes until these are linked, in milliseconds: each a little longer than the one before it. */
const LINK_DELAYS = [1_000, 1_370, 1_810, 2_240, 2_690];

interface Calls {
  readonly [operation: string]: Readonly<Record<string, number>>;
}

/** What the host of an open session holds. */
interface Seat {
  readonly session_id: string;
  readonly ticket: string;
  readonly etag: string;
}

/** Opens sessions. */
async function openSessions(url: string, count: number): Promise<Seat[]> {
  const sessions = `${url}/v1/relays/sessions`;
  const seats: Seat[] = [];
  let player = 0;
  const openSome = async () => {
    while (player < count) {
      const { body } = await askJson(sessions, `open-${player++}`, '{}');
      const { session_id, ticket } = body;
      let status = await askJson(`${sessions}/${session_id}`, ticket);
      while (!status.body.linked) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        status = await askJson(`${sessions}/${session_id}`, ticket);
      }
      seats.push({ session_id, ticket, etag: status.etag });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openSome));
  return seats;
}

/** What the proxy answers; asked again where it says that its budget is used up. */
async function askJson(url: string, token: string, body?: string) {
  for (;;) {
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body }),
    });
    const text = await answer.text();
    if (answer.ok) {
      const etag = answer.headers.get('etag') ?? '';
      const document = JSON.parse(text) as { session_id: string; ticket: string; linked: boolean };
      return { etag, body: document };
    }
    if (answer.status !== 429 && answer.status !== 503) throw new Error(`${answer.status} ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const callsOf = async (service: BenchProcess): Promise<number> =>
  Object.values(await service.tell<Calls>('calls'))
    .flatMap((byStatus) => Object.values(byStatus))
    .reduce((sum, calls) => sum + calls, 0);

/** Upstream calls a second, while nothing happens. */
async function callsAtRest(service: BenchProcess, seconds: number): Promise<number> {
  const before = await callsOf(service);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return ((await callsOf(service)) - before) / seconds;
}

/** Waits until sweeps alone are left, for twice so many seconds at most. */
async function untilAtRest(service: BenchProcess, seconds: number): Promise<void> {
  const end = performance.now() + Math.max(60, 2 * seconds) * 1_000;
  while ((await callsAtRest(service, 10)) > BUDGET / 4 && performance.now() < end);
}

/** From the moment the service links a new session to the moment its host knows, in milliseconds. */
async function linkLags(url: string, service: BenchProcess, policy: Policy, rounds: number) {
  await service.tell('linkDelays', { delays: LINK_DELAYS });
  const linked = new Map<string, number>();
  service.onNews = (news) => linked.set(String(news['linked']), Number(news['at']));
  const lags: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const hosts = Array.from({ length: PENDING }, async () => {
      const { sessionId, known } = await policy.host(url, crypto.randomUUID());
      await known;
      const at = moment();
      // The answer to this comes after all that was said before it.
      await service.tell('calls');
      lags.push(at - (linked.get(sessionId) ?? Number.NaN));
    });
    await Promise.all(hosts);
  }
  return lags;
}

/** One proxy with so many open sessions: what they cost at rest, and how late news of new ones are. */
async function measure(policy: Policy, open: number, quick: boolean) {
  using service = startProcess();
  using proxy = startProcess();
  using client = startProcess();
  const { url: serviceUrl } = await service.tell<{ url: string }>('service', { delays: [1] });
  const { url } = await proxy.tell<{ url: string }>('proxy', {
    serviceUrl,
    ...policy.proxy,
    callsPerSecond: BUDGET,
    // It would lapse while the clock goes faster.
    lease: 86_400,
  });
  await proxy.tell('pace', { factor: PACE_AT_FIRST });
  const seats = await openSessions(url, open);
  // Nobody waits yet: sweeps would go faster as well, and what is held meanwhile.
  await proxy.tell('pace', { factor: 1 });
  const { hostname: host, port } = new URL(url);
  for (const seat of seats) await client.tell('holdForGood', { host, port: +port, seat });
  // The proxy has forgotten the documents by its fast clock, and asks for each once, as after a restart.
  const rounds = quick ? 1 : 12;
  const lagsAtFirst = await linkLags(url, service, policy, rounds);
  await untilAtRest(service, quick ? 1 : open / BUDGET);
  const atRest = await callsAtRest(service, quick ? 2 : 60);
  return { atRest, lagsAtFirst, lags: await linkLags(url, service, policy, rounds) };
}

/** What many open sessions cost at the budget that users get, and how they slow down the news of new ones. */
export async function openSessionsCost({ quick, say }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const open of quick ? [20] : [20, 1_000, 10_000]) {
    const ways = [
      ['webhook', 'relais-held-webhook'],
      ['no-webhook', 'relais-held'],
    ] as const;
    for (const [way, name] of ways) {
      say(`link-lag/open=${open}/${way}`);
      const policy = POLICIES.find((candidate) => candidate.name === name);
      if (!policy) throw new Error(`There is no policy ${name}.`);
      const { atRest, lags, lagsAtFirst } = await measure(policy, open, quick);
      const atFirst = `link-lag/open=${open}/${way}/after-restart`;
      figures.push(
        figure(`link-lag/open=${open}/${way}/p50`, 'ms', percentile(lags, 0.5)),
        figure(`link-lag/open=${open}/${way}/p99`, 'ms', percentile(lags, 0.99)),
        figure(`${atFirst}/p50`, 'ms', percentile(lagsAtFirst, 0.5)),
        figure(`${atFirst}/p99`, 'ms', percentile(lagsAtFirst, 0.99)),
        figure(`upstream-calls-per-second/open=${open}/${way}`, 'calls/s', atRest),
      );
    }
  }
  return figures;
}
