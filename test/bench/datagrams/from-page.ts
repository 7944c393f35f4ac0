import type { Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.js';
import { type BenchOptions, type Figure, figure, median } from '../figure.js';
import { startWays } from './ways.js';

/** How much stands before a datagram on the gateway's wire, in bytes. */
const HEADER = 2;

interface Target {
  readonly url: string;
  readonly protocols: string[];
  /** Bytes before a datagram's own. */
  readonly header: number;
  readonly count: number;
}

/** Round trips of datagrams that a page sends, 60 a second, in milliseconds. */
function playInPage(page: Page, target: Target): Promise<number[]> {
  return page.evaluate(async ({ url, protocols, header, count }) => {
    const socket = new WebSocket(url, protocols);
    socket.binaryType = 'arraybuffer';
    const roundTrips: number[] = [];
    await new Promise<void>((resolve) => {
      if (header === 0) socket.onopen = () => resolve();
      socket.onmessage = ({ data }) => {
        if (typeof data !== 'string') {
          roundTrips.push(performance.now() - new DataView(data).getFloat64(header, true));
          return;
        }
        const { type, id, state } = JSON.parse(data);
        if (type === 'probe') socket.send(JSON.stringify({ type: 'echo', id }));
        if (state === 'open') resolve();
      };
    });
    for (let sent = 0; sent < count; sent += 1) {
      const now = performance.now();
      const view = new DataView(new ArrayBuffer(header + 200));
      if (header > 0) view.setUint16(0, Math.floor(now) & 0xffff, true);
      view.setFloat64(header, now, true);
      socket.send(view);
      await new Promise((resolve) => setTimeout(resolve, 1_000 / 60));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.close(1000);
    return roundTrips;
  }, target);
}

/** The same round trips from a page in Chromium: the bare forwarder and the gateway in turn. */
export async function fromPage({ quick, say }: BenchOptions): Promise<Figure[]> {
  using ways = await startWays();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const runs: { bare: number; gateway: number }[] = [];
    const count = quick ? 30 : 120;
    for (let round = 0; round < (quick ? 1 : 9); round += 1) {
      say(`datagrams/page: round ${round + 1}`);
      const bare = { url: ways.urls.forwarder, protocols: [], header: 0, count };
      const protocols = ['relais.v1', `ticket.page-${round}`];
      const gateway = { url: ways.urls.gateway, protocols, header: HEADER, count };
      runs.push({
        bare: median(await playInPage(page, bare)),
        gateway: median(await playInPage(page, gateway)),
      });
    }
    return [
      figure('datagrams/page/bare/p50', 'ms', median(runs.map(({ bare }) => bare))),
      figure('datagrams/page/gateway/p50', 'ms', median(runs.map(({ gateway }) => gateway))),
    ];
  } finally {
    await browser.close();
  }
}
