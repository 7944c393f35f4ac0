import { bundles } from './bundles.js';
import { datagrams } from './datagrams.js';
import type { BenchOptions, Figure } from './figure.js';
import { game } from './game.js';
import { heldRequests } from './held-requests.js';
import { linkLag } from './link-lag.js';
import type { Section } from './names.js';
import { throughput } from './throughput.js';
import { upstreamGets } from './upstream-gets.js';

/** The benchmark's parts, in their order. They import the built package: load this once it is there. */
export const SECTIONS: Record<Section, (options: BenchOptions) => Promise<Figure[]>> = {
  bundles,
  throughput,
  heldRequests,
  upstreamGets,
  linkLag,
  datagrams,
  game,
};
