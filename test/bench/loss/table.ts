import { readFile } from 'node:fs/promises';
import { type PageServer, servePage } from '../../support/page-server.js';
import { type BenchProcess, startProcess } from '../process.js';
import { GATEWAY_HOST } from './network.js';

/** What plays, in Node and on pages. */
const EXCHANGE = 'test/bench/loss/exchange.mjs';

/** The players' ways: straight to an echo, and by the gateway's two wires to the match's host, who does the same. */
export const WAYS = ['udp', 'websocket', 'webrtc'] as const;

/** A match at a relay behind the gateway, and an echo by raw UDP beside it. Its players are there from the start. */
export interface Table extends AsyncDisposable {
  /** The proxy's process, with its gateway. */
  readonly gateway: BenchProcess;
  readonly players: BenchProcess;
  /** How many players there are by each way. */
  readonly count: number;
  /** Where pages come from. */
  readonly pages: PageServer;
  /** What players need to come. */
  readonly target: Target;
  /** The echo, by raw UDP. */
  readonly echo: { readonly port: number; readonly hostname: string };
}

/** The proxy, and the code of the match. */
export interface Target {
  readonly proxyUrl: string;
  readonly code: string;
}

/** Starts it. The service with its relays, the gateway, the host and the players are each a process. */
export async function startTable(count: number): Promise<Table> {
  const [service, gateway, host, players] = [1, 2, 3, 4].map(() => startProcess()) as [
    BenchProcess,
    BenchProcess,
    BenchProcess,
    BenchProcess,
  ];
  const hostname = GATEWAY_HOST;
  const pages = await servePage({ '/exchange.js': await readFile(EXCHANGE, 'utf8') });
  const relays = await service.tell<object>('startRelays');
  const { origin } = pages;
  const options = { ...relays, hostname, origin };
  const { url: proxyUrl } = await gateway.tell<{ url: string }>('startGatewayProxy', options);
  const target = await host.tell<Target>('startHost', { proxyUrl });
  const { port } = await service.tell<{ port: number }>('echo', { hostname });
  const echo = { port, hostname };
  for (const way of WAYS) {
    const options = { way, target: way === 'udp' ? echo : target, players: count };
    await players.tell('seatPlayers', options);
  }
  return {
    gateway,
    players,
    count,
    pages,
    target,
    echo,
    async [Symbol.asyncDispose]() {
      for (const process of [players, host, gateway, service]) process[Symbol.dispose]();
      await pages[Symbol.asyncDispose]();
    },
  };
}
