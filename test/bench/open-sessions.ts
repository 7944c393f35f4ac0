import { type BenchOptions, type Figure, figure, percentile } from './figure.js';
import { moment } from './moment.mjs';
import { POLICIES, type Policy } from './policies.js';
import { type BenchProcess, startProcess } from './process.js';

/** How many calls a second the proxy may make: what it may by default. */
const BUDGET = 20;
/** How many calls a second it may make while the open sessions are made. */
const BUDGET_AT_FIRST = 10_000;
/** How many sessions are pending at once. */
const PENDING = 5;
/** How long it takes until these are linked, in milliseconds: each a little longer than the one before it. */
const LINK_DELAYS = [1_000, 1_370, 1_810, 2_240, 2_690];

interface Calls {
  readonly [operation: string]: Readonly<Record<string, number>>;
}

/** Opens sessions, each with a host who holds a request for news of it. */
async function openSessions(url: string, client: BenchProcess, count: number): Promise<void> {
  const seats: unknown[] = [];
  let player = 0;
  const create = async () => {
    while (player < count) {
      const answer = await fetch(`${url}/v1/relays/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer open-${player++}`, 'content-type': 'application/json' },
        body: '{}',
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      const { session_id, ticket } = (await answer.json()) as Record<string, string>;
      seats.push({ session_id, ticket });
    }
  };
  await Promise.all(Array.from({ length: 16 }, create));
  const { hostname: host, port } = new URL(url);
  await client.tell('holdForGood', { host, port: +port, seats });
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

/** From the moment the service links a new session to the moment its host knows, in milliseconds. */
async function linkLags(url: string, service: BenchProcess, policy: Policy, rounds: number) {
  const linked = new Map<string, number>();
  service.onNews = (news) => linked.set(String(news['linked']), Number(news['at']));
  const lags: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const hosts = Array.from({ length: PENDING }, async (_, index) => {
      const { sessionId, known } = await policy.host(url, `new-${round}-${index}`);
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
    callsPerSecond: BUDGET_AT_FIRST,
  });
  await openSessions(url, client, open);
  // By then all hosts know that they are linked.
  await callsAtRest(service, quick ? 1 : 5);
  await proxy.tell('budget', { callsPerSecond: BUDGET });
  const atRest = await callsAtRest(service, quick ? 2 : 60);
  await service.tell('linkDelays', { delays: LINK_DELAYS });
  const lags = await linkLags(url, service, policy, quick ? 1 : 12);
  return { atRest, lags };
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
      const { atRest, lags } = await measure(policy, open, quick);
      figures.push(
        figure(`link-lag/open=${open}/${way}/p50`, 'ms', percentile(lags, 0.5)),
        figure(`link-lag/open=${open}/${way}/p99`, 'ms', percentile(lags, 0.99)),
        figure(`upstream-calls-per-second/open=${open}/${way}`, 'calls/s', atRest),
      );
    }
  }
  return figures;
}
