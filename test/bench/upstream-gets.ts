import { type BenchOptions, type Figure, figure } from './figure.js';
import { POLICIES, type Policy } from './policies.js';
import { startProcess } from './process.js';

/** Time until the session is linked, in milliseconds. */
const LINK_DELAY = 3_000;

/** How many calls of *get* reach the service for one session until every player knows that it is linked. */
async function measure(policy: Policy, players: number): Promise<number> {
  using process = startProcess();
  const { url } = await process.tell<{ url: string }>('service', { delays: [LINK_DELAY] });
  const target = policy.proxy
    ? await process.tell<{ url: string }>('proxy', { serviceUrl: url, ...policy.proxy })
    : { url };
  const host = await policy.host(target.url, 'player-0');
  const others = Array.from({ length: players - 1 }, (_, index) =>
    policy.join(target.url, `player-${index + 1}`, host.sessionId),
  );
  const all = [host, ...(await Promise.all(others))];
  await Promise.all(all.map(({ known }) => known));
  const calls = await process.tell<Record<string, Record<string, number>>>('calls');
  return Object.values(calls['relay-session-get'] ?? {}).reduce((sum, count) => sum + count, 0);
}

export async function upstreamGets({ quick, say }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const policy of POLICIES) {
    say(`upstream-gets: ${policy.name}`);
    for (const players of quick ? [2] : [2, 20, 100]) {
      const gets = await measure(policy, players);
      figures.push(figure(`upstream-gets/${policy.name}/players=${players}`, 'calls', gets));
    }
  }
  return figures;
}
