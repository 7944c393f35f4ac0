import { launchChromium } from '../../support/chromium.js';
import { launchFirefox } from '../../support/firefox.js';
import type { BenchOptions, Figure } from '../figure.js';
import { type Exchanged, lossFigures } from './exchanged.js';
import { losePackets } from './network.js';
import type { Table, Target } from './table.js';

const WIRES = ['websocket', 'webrtc'] as const;
const PLAY = { perSecond: 60, seconds: 20 };

/** A page of either browser's. */
interface BrowserPage {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

/** One page in each real browser, by each wire in turn. Both browsers play at the same time. */
export async function fromPages(
  { pages, target }: Table,
  percents: readonly number[],
  { say }: BenchOptions,
): Promise<Figure[]> {
  const browsers = { chromium: await launchChromium(), firefox: await launchFirefox() };
  try {
    const players = await Promise.all(
      Object.entries(browsers).map(async ([name, browser]) => {
        const page: BrowserPage = await browser.newPage();
        await page.goto(pages.origin);
        await seat(page, target);
        return { name, page };
      }),
    );
    const figures: Figure[] = [];
    for (const percent of percents) {
      losePackets(percent);
      const played = new Map<string, Exchanged>();
      for (const wire of WIRES) {
        say(`loss: ${percent} %, ${wire}, from pages`);
        await Promise.all(
          players.map(async ({ name, page }) => {
            played.set(`${percent}/${wire}/page=${name}`, await play(page, wire));
          }),
        );
      }
      for (const { name } of players) {
        for (const wire of WIRES) {
          const about = `${percent}/${wire}/page=${name}`;
          figures.push(...lossFigures(about, [played.get(about) as Exchanged]));
        }
      }
    }
    return figures;
  } finally {
    losePackets(0);
    await Promise.all(Object.values(browsers).map((browser) => browser.close()));
  }
}

/** Opens a channel for each wire on a page, each that of another player. */
async function seat(page: BrowserPage, { proxyUrl, code }: Target): Promise<void> {
  await page.evaluate(`(async () => {
    while (!('relais' in globalThis)) await new Promise((resolve) => setTimeout(resolve, 10));
    const { exchange, openOn, wireOf } = await import('/exchange.js');
    const { openChannel, RelayConnection } = relais;
    const wires = {};
    for (const name of ${JSON.stringify(WIRES)}) {
      const relay = new RelayConnection(${JSON.stringify(proxyUrl)}, { via: 'gateway' });
      await relay.join(${JSON.stringify(code)});
      wires[name] = wireOf(await openOn(openChannel, relay, name, {}));
    }
    globalThis.play = async (name) => JSON.stringify(await exchange(wires[name], ${JSON.stringify(PLAY)}));
  })()`);
}

/** As text, for the drivers differ in what else they bring over. */
async function play(page: BrowserPage, wire: string): Promise<Exchanged> {
  return JSON.parse(String(await page.evaluate(`play(${JSON.stringify(wire)})`)));
}
