// One of the benchmarks' processes: starts what it is told to, and does what it is told to.
import {
  startEcho,
  startFlood,
  startForwarder,
  startGateway,
  startRelay,
} from './datagrams/far-ends.mjs';
import { attack, play, rest } from './datagrams/players.mjs';
import { holdForGood } from './held-sockets.mjs';
import { startDataForwarder } from './loss/forwarder.mjs';
import { startGatewayProxy, startHost, startRelays } from './loss/match.mjs';
import { playSeated, seatPlayers, unseatPlayers } from './loss/players.mjs';
import { moment } from './moment.mjs';
import { startBare, startFrame, startProxy, startService } from './stack.mjs';

let service;
let bare;
let gateway;
let proxy;

const commands = {
  async service({ delays }) {
    const onLinked = (sessionId) =>
      process.connected && process.send({ linked: sessionId, at: moment() }, () => {});
    service = await startService({ delays, onLinked: delays && onLinked });
    return { url: service.simulator.url };
  },
  async linkAll() {
    const at = moment();
    service.linkAll();
    return { at };
  },
  async calls() {
    return service.simulator.stats().calls;
  },
  async linkDelays({ delays }) {
    service.setDelays(delays);
  },
  async proxy({ serviceUrl, ...options }) {
    proxy = await startProxy(serviceUrl, options);
    return { url: proxy.url };
  },
  async pace({ factor }) {
    proxy.setPace(factor);
  },
  holdForGood,
  async bare({ body, isHeld }) {
    bare = await startBare(body, { isHeld });
    return { url: bare.url };
  },
  async frame({ body, headers }) {
    return startFrame(body, headers);
  },
  async release() {
    const at = moment();
    bare.release();
    return { at };
  },
  async memory() {
    for (let turn = 0; turn < 2; turn += 1) {
      globalThis.gc();
      // Memory is given back by another thread, after the collection.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return { rss: process.memoryUsage.rss() };
  },
  async waiters(options) {
    const { holdRequests } = await import('./waiters.mjs');
    return holdRequests(options, () => process.send({ held: true }));
  },
  echo: startEcho,
  relay: startRelay,
  flood: (options) => startFlood({ ...options, moment }),
  forwarder: startForwarder,
  async gateway(options) {
    const started = await startGateway(options);
    gateway = started.gateway;
    return { url: started.url };
  },
  async totals() {
    return gateway.stats();
  },
  /** What this process has used so far, in seconds of a core. */
  async cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  play: (options) => play(options, () => process.send({ started: true })),
  rest,
  attack,
  startRelays,
  async startGatewayProxy(options) {
    const { url } = await startGatewayProxy(options);
    return { url };
  },
  startHost,
  startDataForwarder,
  seatPlayers,
  unseatPlayers,
  playSeated,
};

process.on('message', async ({ id, command, ...options }) => {
  try {
    process.send({ id, answer: await commands[command](options) });
  } catch (error) {
    process.send({ id, failure: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
