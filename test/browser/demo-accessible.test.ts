import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { type Demo, expectState, openDemo, playMatch, startDemo } from '../support/demo.js';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let demo: Demo;
beforeAll(async () => {
  [browser, demo] = await Promise.all([launchChromium(), startDemo()]);
});
afterAll(async () => {
  await browser.close();
  await demo[Symbol.asyncDispose]();
});

/** What axe finds, each with the elements that it is about. */
async function findProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ path: axePath });
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('the demo page is for everybody', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      it(`axe finds nothing: ${colorScheme}, ${width} px; idle, in a match, after an error`, async () => {
        const viewport = { width, height: 5_000 };
        await using opened = await openDemo(browser, demo.url, { colorScheme, viewport });
        const { page, host, joiner } = opened;
        expect(await findProblems(page)).toEqual([]);
        await playMatch(opened);
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await findProblems(page)).toEqual([]);
        await host.getByRole('button', { name: 'Leave' }).click();
        await expectState(host, 'closed');
        await expectState(joiner, 'closed');
        await joiner.getByRole('alert').getByText('session-deleted').waitFor();
        expect(await findProblems(page)).toEqual([]);
      });
    }
  }

  for (const width of [360, 390, 768, 1280, 1600]) {
    it(`fits ${width} px`, async () => {
      const viewport = { width, height: 5_000 };
      await using opened = await openDemo(browser, demo.url, { viewport });
      const { page, host, layoutShifts } = opened;
      const excess = () =>
        page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(await excess()).toBe(0);
      await host.getByRole('button', { name: 'Create a session' }).click();
      await expectState(host, 'open');
      expect(await excess()).toBe(0);
      const code = host.locator('.join-code');
      expect(await code.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
      await host.getByRole('button', { name: 'Leave' }).click();
      await expectState(host, 'closed');
      expect(await layoutShifts()).toEqual([]);
    });
  }

  it('can be played with the keyboard alone', async () => {
    await using opened = await openDemo(browser, demo.url);
    const { page, host, joiner } = opened;
    const focusOn = async (name: RegExp) => {
      for (let steps = 0; steps < 80; steps += 1) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
          const { ariaLabel, id, textContent } = document.activeElement as HTMLElement;
          return `${ariaLabel ?? textContent}#${id}`;
        });
        if (name.test(focused)) return;
      }
      throw new Error(`Tab does not reach ${name}.`);
    };
    await focusOn(/#hold$/);
    await page.keyboard.press('Space');
    expect(await page.getByRole('switch').isChecked()).toBe(false);
    await page.keyboard.press('Space');
    await focusOn(/^Create a session/);
    await page.keyboard.press('Enter');
    await expectState(host, 'open');
    await focusOn(/^Copy link/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(':');
    await focusOn(/^Join the session/);
    await page.keyboard.press('Enter');
    await expectState(joiner, 'open');
    await host.getByRole('button', { name: /^Kick / }).waitFor();
    await focusOn(/^Kick /);
    await page.keyboard.press('Space');
    await expectState(joiner, 'closed');
    await focusOn(/^linked at|^(guest|create) /);
    await page.keyboard.press('End');
    expect(await page.locator('#inspector').textContent()).not.toContain('Point at');
    await focusOn(/^Leave/);
    await page.keyboard.press('Enter');
    await expectState(host, 'closed');
  });

  it('moves once a second only for those who asked for less motion', async () => {
    await using opened = await openDemo(browser, demo.url, { reducedMotion: 'reduce' });
    const { page, host } = opened;
    await page.evaluate(() => {
      const page = globalThis as unknown as { steps: number };
      page.steps = 0;
      new MutationObserver(() => {
        page.steps += 1;
      }).observe(document.querySelector('.axis') as Element, { attributeFilter: ['style'] });
    });
    await host.getByRole('button', { name: 'Create a session' }).click();
    await expectState(host, 'open');
    // 2.5 seconds until then: three steps; ten times as many for the others.
    expect(
      await page.evaluate(() => (globalThis as unknown as { steps: number }).steps),
    ).toBeLessThan(8);
    await host.getByRole('button', { name: 'Leave' }).click();
  });
});
