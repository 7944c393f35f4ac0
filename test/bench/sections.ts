import { bundles } from './bundles.js';
import { sessionsComeAndGo } from './come-and-go.js';
import { datagrams } from './datagrams.js';
import type { BenchOptions, Figure } from './figure.js';
import { game } from './game.js';
import { heldRequests } from './held-requests.js';
import { linkLag } from './link-lag.js';
import { loss } from './loss.js';
import type { Section } from './names.js';
import { openSessionsCost } from './open-sessions.js';
import { redisPrice } from './redis-price.js';
import { sharedStore } from './shared-store.js';
import { throughput } from './throughput.js';
import { upstreamGets } from './upstream-gets.js';

/** The benchmark's parts, in their order. They import the built package: load this once it is there. */
export const SECTIONS: Record<Section, (options: BenchOptions) => Promise<Figure[]>> = {
  bundles,
  throughput,
  sharedStore,
  redisPrice,
  heldRequests,
  upstreamGets,
  linkLag,
  openSessions: openSessionsCost,
  comeAndGo: sessionsComeAndGo,
  datagrams,
  loss,
  game,
};
