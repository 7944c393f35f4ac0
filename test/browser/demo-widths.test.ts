import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectState, playMatch, unfold, useDemo } from '../support/demo.js';

const demo = useDemo();

describe('the demo page is for everybody', () => {
  for (const width of [360, 390, 768, 1280, 1600]) {
    it(`fits ${width} px`, async () => {
      const viewport = { width, height: 5_000 };
      await using opened = await demo.open({ viewport });
      const { page, host, joiner, layoutShifts } = opened;
      const excess = () =>
        page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(await excess()).toBe(0);
      await unfold(opened);
      await playMatch(opened);
      expect(await excess()).toBe(0);
      // Nothing is cut off: neither what a player reads aloud, nor what they copy by hand.
      const cutOff = (boxes: Locator) =>
        boxes.evaluateAll((all) =>
          all
            .filter(
              ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
                scrollWidth > clientWidth || scrollHeight > clientHeight,
            )
            .map(({ textContent }) => textContent),
        );
      expect(await cutOff(page.locator('.join-code, .endpoint .value'))).toEqual([]);
      await page.getByRole('button', { name: 'Lose the connection' }).click();
      await host.getByRole('alert').getByText('network').waitFor();
      expect(await cutOff(page.locator('.trouble'))).toEqual([]);
      await expect
        .poll(() => page.getByRole('alert').allTextContents(), { timeout: 20_000 })
        .toEqual(['', '']);
      await host.getByRole('button', { name: /^Kick / }).click();
      await expectState(joiner, 'closed');
      expect(await cutOff(page.locator('.trouble'))).toEqual([]);
      await host.getByRole('button', { name: 'Leave' }).click();
      await expectState(host, 'closed');
      await joiner.getByRole('button', { name: 'Join the session' }).click();
      await expectState(joiner, 'failed');
      expect(await cutOff(page.locator('.trouble'))).toEqual([]);
      expect(await excess()).toBe(0);
      expect(await layoutShifts()).toEqual([]);
    });
  }
});
