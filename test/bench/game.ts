import { launchChromium } from '../support/chromium.js';
import { joinDemoGame } from '../support/game-guests.js';
import { startDemo } from '../support/start-demo.js';
import { type BenchOptions, type Figure, figure, percentile } from './figure.js';

const PLAYERS = 8;
/** The game settles first: the page's code is compiled, and everybody is in. */
const SETTLES = 2_000;

/** Plays the demo's game with eight, seven of whom have no browser, and looks at the host's page. */
export async function game({ quick, say }: BenchOptions): Promise<Figure[]> {
  say(`the demo's game with ${PLAYERS} players`);
  await using demo = await startDemo();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    await page.goto(demo.url);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    const code = page.locator('.join-code:not(.none)');
    await code.waitFor();
    const session = (await code.textContent()) ?? '';
    const guests = await Promise.all(
      Array.from({ length: PLAYERS - 1 }, (_, index) =>
        joinDemoGame(demo.url, session, `Guest ${index + 1}`),
      ),
    );
    await page
      .locator('.scores li:not(.free)')
      .nth(PLAYERS - 1)
      .waitFor();
    const times = await page.evaluate(framesWithin, {
      settles: SETTLES,
      takes: quick ? 2_000 : 20_000,
    });
    for (const { leave } of guests) await leave();
    const span = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
    const between = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const about = `game/players=${PLAYERS}`;
    return [
      figure(`${about}/frames-per-second`, '1/s', (times.length - 1) / span),
      figure(`${about}/frame-p99`, 'ms', percentile(between, 0.99)),
    ];
  } finally {
    await browser.close();
  }
}

/** When each frame began, in milliseconds. Runs in the page. */
async function framesWithin({ settles, takes }: { settles: number; takes: number }) {
  await new Promise((resolve) => setTimeout(resolve, settles));
  const times: number[] = [];
  const end = performance.now() + takes;
  for (let now = 0; now < end; times.push(now))
    now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
  return times;
}
