import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { coveredNames, expectState, playMatch, useDemo } from '../support/demo.js';

const demo = useDemo();

const lane = (page: Page, name: string): Locator => page.getByRole('group', { name, exact: true });
/** Requests until open, requests in all, lag in milliseconds. */
const numbersOf = async (page: Page, mode: string, player: string): Promise<number[]> => {
  const label = page
    .locator(`.run-label[data-mode=${mode}] .lane-label`)
    .filter({ hasText: player });
  const lines = await label.locator('.numbers span').allTextContents();
  return lines.map((line) => Number(/\d+/.exec(line)?.[0]));
};

describe('the timeline', () => {
  it('shows held requests as long bars, and who waited how long for the news', async () => {
    await using opened = await demo.open();
    const { page, host, joiner } = opened;
    await playMatch(opened);
    await expect
      .poll(async () => (await numbersOf(page, 'held', 'Host')).at(2))
      .toBeGreaterThanOrEqual(0);
    const widths = (pieces: Locator) =>
      pieces.evaluateAll((all) => all.map((piece) => piece.getBoundingClientRect().width));
    const held = await widths(lane(page, 'Host, held').locator('.bar.held'));
    // While the player waits, a request is held for each piece of news, however long a busy machine makes that.
    const [waiting = 0] = await widths(
      lane(page, 'Host, held').locator('.band[data-state=waiting]'),
    );
    expect(held.reduce((total, width) => total + width, 0)).toBeGreaterThan(waiting * 0.5);
    expect(held.length).toBeLessThanOrEqual(3);
    for (const name of ['ready', 'linked', 'open']) {
      expect(await lane(page, 'Host, held').locator(`.mark.${name}`).count()).toBe(1);
    }
    expect(await lane(page, 'Host, held').locator('.mark.session.bare').count()).toBeGreaterThan(1);
    const bands = page.locator('.run').first().locator('.lane').first().locator('.band');
    expect((await bands.allTextContents()).sort()).toEqual(['open', 'requesting', 'waiting']);
    await joiner.getByRole('button', { name: 'Leave' }).click();
    await host.getByRole('button', { name: 'Leave' }).click();
    await expectState(host, 'closed');
  });

  it('polls once holding is switched off, and keeps both runs to compare', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    const preferred: boolean[] = [];
    page.on('request', (request) => {
      if (request.method() === 'GET' && request.url().includes('/v1/relays/sessions/')) {
        preferred.push('prefer' in request.headers());
      }
    });
    const create = async () => {
      await host.getByRole('button', { name: 'Create a session' }).click();
      await expectState(host, 'open');
      await host.getByRole('button', { name: 'Leave' }).click();
      await expectState(host, 'closed');
    };
    await create();
    expect(preferred.every(Boolean)).toBe(true);
    preferred.length = 0;
    await page.getByRole('switch', { name: 'Hold requests' }).click();
    await create();
    expect(preferred.some(Boolean)).toBe(false);
    const [held = 0] = await numbersOf(page, 'held', 'Host');
    const [polling = 0] = await numbersOf(page, 'polling', 'Host');
    expect(held).toBeLessThanOrEqual(3);
    expect(polling).toBeGreaterThan(held);
    expect(await lane(page, 'Host, held').locator('.bar.held').count()).toBeGreaterThan(0);
    expect(await lane(page, 'Host, polling').locator('.bar.short').count()).toBeGreaterThan(2);
    expect(await lane(page, 'Host, polling').locator('.bar.held').count()).toBe(0);
  });

  it('plays both runs at one click, and says in a sentence what came out', async () => {
    await using opened = await demo.open();
    const { page, problems, layoutShifts } = opened;
    const compare = page.getByRole('button', { name: 'Compare held with polling' });
    await compare.click();
    for (const mode of ['held', 'polling']) {
      const verdict = page.locator(`.run[data-mode=${mode}] .verdict`);
      await verdict.getByText(/^\d+ requests, news \d+ ms late$/).waitFor();
    }
    await expect.poll(() => compare.isEnabled(), { timeout: 10_000 }).toBe(true);
    expect(await page.getByRole('switch', { name: 'Hold requests' }).isChecked()).toBe(true);
    expect(await layoutShifts()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('moves its axis while it waits, and stands still once all have left', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    await page.getByLabel('8', { exact: true }).check();
    const band = page.locator('.band[data-state=waiting]');
    await host.getByRole('button', { name: 'Create a session' }).click();
    await band.waitFor({ state: 'attached' });
    const width = () => band.evaluate((box) => box.getBoundingClientRect().width);
    const first = await width();
    await expect.poll(width).toBeGreaterThan(first + 20);
    const ticks = page.locator('.tick');
    await expect.poll(() => ticks.last().textContent(), { timeout: 15_000 }).toBe('10');
    expect(await ticks.first().textContent()).not.toBe('0');
    await host.getByRole('button', { name: 'Leave' }).click();
    await expectState(host, 'closed');
    const end = () => page.locator('.tracks').getAttribute('style');
    const stopped = await end();
    await page.waitForFunction(
      (since) => performance.now() > since + 500,
      await page.evaluate(() => performance.now()),
    );
    expect(await end()).toBe(stopped);
  });

  it('draws a line at each number of the axis, however many seconds are in view', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    for (const seconds of ['8', '120']) {
      await page.getByLabel(seconds, { exact: true }).check();
      const [, second] = await page.locator('.tick').allTextContents();
      const distance = await page
        .locator('.tracks')
        .evaluate((tracks) => getComputedStyle(tracks).getPropertyValue('--grid'));
      expect(distance).toBe(second);
    }
  });

  it('keeps the longer run in reach when a shorter one follows, and shows the end of the one that plays', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    await page.getByLabel('8', { exact: true }).check();
    const scroller = page.locator('.scroller');
    const create = async () => {
      await host.getByRole('button', { name: 'Create a session' }).click();
      await expectState(host, 'open');
    };
    const leave = async () => {
      await host.getByRole('button', { name: 'Leave' }).click();
      await expectState(host, 'closed');
    };
    await create();
    await expect
      .poll(() => scroller.evaluate(({ scrollLeft }) => scrollLeft), { timeout: 15_000 })
      .toBeGreaterThan(100);
    await leave();
    await page.getByRole('switch', { name: 'Hold requests' }).click();
    await create();
    const isInView = (run: string) =>
      lane(page, run)
        .locator('.mark')
        .last()
        .evaluate((mark) => {
          const view = mark.closest('.scroller')?.getBoundingClientRect();
          const { left, right } = mark.getBoundingClientRect();
          return left >= (view?.left ?? 0) && right <= (view?.right ?? 0);
        });
    await expect.poll(() => isInView('Host, polling')).toBe(true);
    await leave();
    await scroller.evaluate((box) => box.scrollTo(box.scrollWidth, 0));
    expect(await isInView('Host, held')).toBe(true);
  });

  it('tells the details of a bar, a band or a mark on hover and on focus', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    const inspector = page.locator('#inspector');
    expect(await inspector.textContent()).toContain('Point at a bar');
    await host.getByRole('button', { name: 'Create a session' }).click();
    await expectState(host, 'open');
    await lane(page, 'Host, held').locator('.mark.linked').hover();
    await expect.poll(() => inspector.textContent()).toMatch(/^linked at .*:\d+$/);
    const band = lane(page, 'Host, held').locator('.band[data-state=waiting]');
    await band.hover({ position: { x: 3, y: 3 } });
    await expect.poll(() => inspector.textContent()).toMatch(/^state waiting from .* to .*, for /);
    await lane(page, 'Host, held')
      .locator('.band[data-state=open]')
      .hover({ position: { x: 3, y: 3 } });
    await expect.poll(() => inspector.textContent()).toMatch(/^state open since \d/);
    await page.getByLabel('12', { exact: true }).focus();
    await page.keyboard.press('Tab');
    await expect.poll(() => inspector.textContent()).toMatch(/^state requesting from /);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => inspector.textContent()).toMatch(/^(guest|create) \(POST .*200 after/);
    await page.keyboard.press('End');
    await expect.poll(() => inspector.textContent()).toMatch(/waiting for the answer|^open at/);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => inspector.textContent()).toMatch(/^(create|get|state waiting) /);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => inspector.textContent()).toMatch(/^(guest|create) /);
    await host.getByRole('button', { name: 'Leave' }).click();
  });

  it('names the events where there is room, and keeps a line of the others, however far it is zoomed out', async () => {
    await using opened = await demo.open({
      viewport: { width: 360, height: 5_000 },
    });
    const { page, host } = opened;
    await host.getByRole('button', { name: 'Create a session' }).click();
    await expectState(host, 'open');
    await host.getByRole('button', { name: 'Leave' }).click();
    await expectState(host, 'closed');
    const marks = lane(page, 'Host, held').locator('.mark');
    const named = async (seconds: string) => {
      await page.getByLabel(seconds, { exact: true }).check();
      expect(await coveredNames(page)).toEqual([]);
      const widths = await marks.evaluateAll((all) =>
        all.map((mark) => mark.getBoundingClientRect().width),
      );
      // The session came pending and linked; each `session` is a line.
      expect(widths).toHaveLength(6);
      expect(Math.min(...widths)).toBeGreaterThan(5);
      return lane(page, 'Host, held').locator('.mark:not(.bare)').allTextContents();
    };
    expect((await named('120')).sort()).toEqual(['linked', 'open', 'ready']);
    await named('30');
    await named('12');
    await named('8');
  });

  it('draws the latest requests only, however many there are', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await page.addScriptTag({
      type: 'module',
      content: 'globalThis.Lane = (await import("/timeline/lane.ts")).Lane;',
    });
    await page.waitForFunction(() => 'Lane' in globalThis);
    const [bars, marks, bands, counted, tabStops] = await page.evaluate(() => {
      const { Lane } = globalThis as unknown as typeof import('../../demo/timeline/lane.js');
      const lane = new Lane('Host', () => 30);
      for (let index = 0; index < 1_000; index += 1) {
        lane.request({ operation: 'get', method: 'GET', path: '/' }, index)({ status: 200 }, index);
        lane.event('retrying', 'again', index);
        lane.state(index % 2 ? 'waiting' : 'requesting', index);
      }
      const count = (selector: string) => lane.track.querySelectorAll(selector).length;
      return [
        count('.bar'),
        count('.mark'),
        count('.band'),
        lane.requests.all,
        count('[tabindex="0"]'),
      ];
    });
    expect([bars, marks, bands]).toEqual([150, 150, 150]);
    expect(counted).toBe(1_000);
    expect(tabStops).toBe(1);
  });
});
