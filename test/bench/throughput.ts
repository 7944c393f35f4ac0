import autocannon from 'autocannon';
import { type BenchOptions, type Figure, figure, median } from './figure.js';
import { startProcess } from './process.js';

const CONNECTIONS = 32;

/** Successful requests per second. */
async function load(seconds: number, options: autocannon.Options): Promise<number> {
  const result = await autocannon({ connections: CONNECTIONS, duration: seconds, ...options });
  if (result.non2xx + result.errors > 0) throw new Error('The server refused requests under load.');
  return result.requests.average;
}

const json = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
});

/** The service, the proxy and the bare server are each a process; this one makes the load. */
export async function throughput({ quick, say }: BenchOptions): Promise<Figure[]> {
  const seconds = quick ? 1 : 4;
  const rounds = quick ? 1 : 7;
  using service = startProcess();
  using proxy = startProcess();
  using bare = startProcess();
  const serviceUrl = (await service.tell<{ url: string }>('service', { delays: [1] })).url;
  const { url } = await proxy.tell<{ url: string }>('proxy', { serviceUrl });
  const sessions = `${url}/v1/relays/sessions`;

  const created = await fetch(sessions, { method: 'POST', headers: json('host'), body: '{}' });
  const { session_id, ticket } = (await created.json()) as { session_id: string; ticket: string };
  const status: autocannon.Options = {
    url: `${sessions}/${session_id}`,
    headers: { authorization: `Bearer ${ticket}` },
  };
  const headers = { authorization: `Bearer ${ticket}` };
  let body = '';
  do body = await (await fetch(status.url, { headers })).text();
  while (!JSON.parse(body).linked);
  const bareUrl = (await bare.tell<{ url: string }>('bare', { body })).url;
  const bareStatus: autocannon.Options = { ...status, url: bareUrl };

  // Once for nothing, so that neither is measured cold.
  await load(seconds, status);
  await load(seconds, bareStatus);
  const runs: { status: number; bare: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    say(`proxy/status-rps: round ${round + 1} of ${rounds}`);
    runs.push({ status: await load(seconds, status), bare: await load(seconds, bareStatus) });
  }

  let players = 0;
  const create: autocannon.Options = {
    url: sessions,
    requests: [
      {
        method: 'POST',
        body: '{}',
        setupRequest: (request) => ({ ...request, headers: json(`player-${players++}`) }),
      },
    ],
  };
  const creates: number[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    say(`proxy/create-rps: round ${round + 1}`);
    creates.push(await load(seconds, create));
  }
  return [
    figure('proxy/status-rps', 'requests/s', median(runs.map((run) => run.status))),
    figure('proxy/status-rps/bare', 'requests/s', median(runs.map((run) => run.bare))),
    figure('proxy/status-rps/ratio', '1', median(runs.map((run) => run.status / run.bare))),
    figure('proxy/create-rps', 'requests/s', median(creates)),
  ];
}
