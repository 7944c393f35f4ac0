import {
  createGateway,
  type Gateway,
  type GatewayLogEntry,
  type GatewayOptions,
} from '../../src/gateway/index.js';
import { listen } from '../../src/http/listen.js';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { FakeClock } from './fake-clock.js';
import { type FakeSeat, FakeSeats } from './fake-seats.js';
import { PageClient, type PageClientOptions } from './page-client.js';
import { type RelayMatch, startRelayMatch } from './relay-match.js';

/** A gateway with the simulated relay behind it, and pages before it. */
export interface GatewayStack extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly gateway: Gateway;
  readonly seats: FakeSeats;
  readonly match: RelayMatch;
  readonly url: string;
  readonly log: GatewayLogEntry[];
  /** A seat at the relay: the first is the host's. */
  seat(index: number): Promise<FakeSeat>;
  /** A page that opens its wire. */
  open(seat: FakeSeat, options?: PageClientOptions): Promise<PageClient>;
  /** A page that comes as it likes. */
  come(options: PageClientOptions): PageClient;
}

/** Starts a gateway on a clock that stands. */
export async function startGateway(
  options: Partial<GatewayOptions> = {},
  players = 2,
  simulator: SimulatorOptions = {},
): Promise<GatewayStack> {
  const clock = new FakeClock();
  const match = await startRelayMatch(players, clock, simulator);
  const seats = new FakeSeats();
  const log: GatewayLogEntry[] = [];
  const gateway = createGateway({
    seats,
    clock,
    development: true,
    log: (entry) => log.push(entry),
    ...options,
  });
  const listener = await listen(() => new Response('{}'), {
    port: 0,
    hostname: '127.0.0.1',
    upgrades: gateway,
  });
  const url = `${listener.url.replace('http', 'ws')}/v1/channel`;
  const pages: PageClient[] = [];
  const now = () => clock.monotonic();
  return {
    clock,
    gateway,
    seats,
    match,
    url,
    log,
    seat: async (index) => seats.add(await match.seat(index === 0 ? 'server' : 'client', index)),
    async open(seat, pageOptions = {}) {
      const page = await PageClient.open(url, seat.tickets[0] ?? '', { now, ...pageOptions });
      pages.push(page);
      return page;
    },
    come(pageOptions) {
      const page = new PageClient(url, pageOptions);
      pages.push(page);
      return page;
    },
    async [Symbol.asyncDispose]() {
      for (const page of pages) page.cut();
      const closing = gateway.close();
      clock.advance(1_000);
      await closing;
      await listener.close();
      await match[Symbol.asyncDispose]();
    },
  };
}
