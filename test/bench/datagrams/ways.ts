import { type BenchProcess, startProcess } from '../process.js';

/** A way of datagrams to a far end and back: straight, or by one of the forwarding processes. */
export type Way = 'udp' | 'forwarder' | 'gateway';

/** How a number of players play. */
export interface Play {
  readonly players: number;
  /** Datagrams that each of them sends a second. */
  readonly perSecond: number;
  readonly seconds: number;
}

/** What became of their datagrams. */
export interface Played {
  /** In milliseconds. */
  readonly roundTrips: readonly number[];
  /** Datagrams that came back, for each second that the forwarding process used of a core. */
  readonly perCpuSecond: number;
}

/** The three ways. The far end, both forwarders and the players are each a process. */
export interface Ways extends Disposable {
  readonly gateway: BenchProcess;
  /** Where pages reach them. */
  readonly urls: { readonly forwarder: string; readonly gateway: string };
  play(way: Way, play: Play): Promise<Played>;
}

/** Starts all of them. */
export async function startWays(): Promise<Ways> {
  const farEnd = startProcess();
  const forwarder = startProcess();
  const gateway = startProcess();
  const players = startProcess();
  const echo = await farEnd.tell<{ port: number }>('echo');
  const relay = await farEnd.tell<{ port: number }>('relay');
  const targets = {
    udp: echo,
    forwarder: await forwarder.tell<{ url: string }>('forwarder', echo),
    gateway: await gateway.tell<{ url: string }>('gateway', relay),
  };
  const forwarding = { udp: farEnd, forwarder, gateway };
  return {
    gateway,
    urls: { forwarder: targets.forwarder.url, gateway: targets.gateway.url },
    async play(way, play) {
      const cpu = () => forwarding[way].tell<number>('cpu');
      let before = Promise.resolve(0);
      players.onNews = () => {
        before = cpu();
      };
      const options = { way, target: targets[way], ...play };
      const { roundTrips } = await players.tell<{ roundTrips: Float64Array }>('play', options);
      const used = (await cpu()) - (await before);
      // Each datagram is forwarded twice: there, and back.
      return { roundTrips: [...roundTrips], perCpuSecond: (2 * roundTrips.length) / used };
    },
    [Symbol.dispose]() {
      for (const process of [farEnd, forwarder, gateway, players]) process[Symbol.dispose]();
    },
  };
}
