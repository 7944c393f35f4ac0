import fc from 'fast-check';
import { type BenchOptions, type Figure, figure, percentile } from './figure.js';
import { moment } from './moment.mjs';
import { POLICIES, type Policy } from './policies.js';
import { startProcess } from './process.js';

/** Delays spread evenly over 1 to 5 s, in an order that is drawn once and the same for all. */
function linkDelays(count: number): number[] {
  const delays = Array.from({ length: count }, (_, index) => 1_000 + (4_000 * index) / count);
  const shuffled = fc.shuffledSubarray(delays, { minLength: count, maxLength: count });
  return fc.sample(shuffled, { numRuns: 1, seed: 7 })[0] ?? [];
}

/** From the moment the service links a session to the moment its host knows, in milliseconds. */
async function measure(policy: Policy, count: number): Promise<number[]> {
  using service = startProcess();
  using proxy = startProcess();
  const linked = new Map<string, number>();
  service.onNews = (news) => linked.set(String(news['linked']), Number(news['at']));
  const { url } = await service.tell<{ url: string }>('service', { delays: linkDelays(count) });
  const target = policy.proxy
    ? await proxy.tell<{ url: string }>('proxy', { serviceUrl: url, ...policy.proxy })
    : { url };
  const known: [string, number][] = [];
  const hosts: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const host = await policy.host(target.url, `player-${index}`);
    hosts.push(
      host.known.then(() => {
        known.push([host.sessionId, moment()]);
      }),
    );
  }
  await Promise.all(hosts);
  await service.tell('calls');
  return known.map(([sessionId, at]) => at - (linked.get(sessionId) ?? Number.NaN));
}

export async function linkLag({ quick, say }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const policy of POLICIES) {
    say(`link-lag: ${policy.name}`);
    const lags = await measure(policy, quick ? 8 : 200);
    figures.push(
      figure(`link-lag/${policy.name}/p50`, 'ms', percentile(lags, 0.5)),
      figure(`link-lag/${policy.name}/p99`, 'ms', percentile(lags, 0.99)),
    );
  }
  return figures;
}
