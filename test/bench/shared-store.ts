import { spawnSync } from 'node:child_process';
import { startRedis } from '../support/redis-process.js';
import { type BenchOptions, CannotMeasure, type Figure, figure, median } from './figure.js';
import { startProcess } from './process.js';
import { awake, linkSession, load, loadCreates } from './throughput.js';

/** The same work with the store in the process, in a Redis beside it, and with two instances on that Redis. */
export async function sharedStore({ quick, say }: BenchOptions): Promise<Figure[]> {
  const seconds = quick ? 1 : 4;
  const rounds = quick ? 1 : 5;
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    throw new CannotMeasure('there is no redis-server (a package of Debian’s).');
  }
  await using redis = await startRedis();
  using service = startProcess();
  using bare = startProcess();
  const { url: serviceUrl } = await service.tell<{ url: string }>('service', { delays: [1] });
  const start = async (instance: ReturnType<typeof startProcess>, redisUrl?: string) => {
    const { url } = await instance.tell<{ url: string }>('proxy', { serviceUrl, redisUrl });
    return `${url}/v1/relays/sessions`;
  };
  using memory = startProcess();
  using first = startProcess();
  using second = startProcess();
  const ways = {
    memory: [await start(memory)],
    redis: [await start(first, redis.url)],
    'redis-two': [] as string[],
  };
  ways['redis-two'] = [...ways.redis, await start(second, redis.url)];
  const links = {
    memory: await linkSession(ways.memory[0] ?? ''),
    redis: await linkSession(ways.redis[0] ?? ''),
  };
  const { url: bareUrl } = await bare.tell<{ url: string }>('bare', { body: links.redis.body });
  /** One session's status, asked for at all instances. */
  const status = async (way: keyof typeof ways) => {
    const { request } = way === 'memory' ? links.memory : links.redis;
    const { pathname } = new URL(request.url);
    const loads = ways[way].map((instance) =>
      load(seconds, { ...request, url: new URL(pathname, instance).href }, ways[way].length),
    );
    return (await awake(Promise.all(loads))).reduce((sum, each) => sum + each, 0);
  };
  const figures: Figure[] = [];
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const ratios = new Map<string, number[]>(names.map((name) => [name, []]));
  const creates = new Map<string, number[]>(names.map((name) => [name, []]));
  // The first round is for nothing, so that none is measured cold.
  for (let round = 0; round <= rounds; round += 1) {
    say(`proxy/store: round ${round} of ${rounds}`);
    for (const name of names) {
      const ofBare = await awake(load(seconds, { ...links.redis.request, url: bareUrl }));
      const ratio = (await status(name)) / ofBare;
      const [perSecond = Number.NaN] = await loadCreates(ways[name], seconds, 1);
      if (round === 0) continue;
      ratios.get(name)?.push(ratio);
      creates.get(name)?.push(perSecond);
    }
  }
  for (const name of names) {
    figures.push(
      figure(`proxy/store=${name}/status-rps/ratio`, '1', median(ratios.get(name) ?? [])),
      figure(`proxy/store=${name}/create-rps`, 'requests/s', median(creates.get(name) ?? [])),
    );
  }
  return figures;
}
