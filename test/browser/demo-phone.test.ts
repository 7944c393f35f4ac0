import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type DemoPage, forgetShifts, playMatch, unfold, useDemo } from '../support/demo.js';

const demo = useDemo();

const openOnPhone = (width = 390): Promise<DemoPage> =>
  demo.open({ viewport: { width, height: 5_000 } });

/** The texts that go on in another line elsewhere than after a dot or before a colon. */
const brokenWords = (texts: Locator): Promise<string[]> =>
  texts.evaluateAll((all) =>
    all.flatMap((box) => {
      const chars: { char: string; top: number }[] = [];
      const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const [index, char] of [...(node.textContent ?? '')].entries()) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          chars.push({ char, top: range.getBoundingClientRect().top });
        }
      }
      const isBroken = chars.some(
        ({ char, top }, index) =>
          index > 0 &&
          top > (chars[index - 1]?.top ?? 0) + 4 &&
          char !== ':' &&
          chars[index - 1]?.char !== '.',
      );
      return isBroken ? [box.textContent] : [];
    }),
  );

describe('the demo page on a phone', () => {
  it('is short: what is not needed at once is folded, and says in a word what is in it', async () => {
    await using opened = await openOnPhone();
    const { page, host, layoutShifts } = opened;
    const height = () => page.evaluate(() => document.body.getBoundingClientRect().height);
    const before = await height();
    expect(before).toBeLessThan(3_300);
    await playMatch(opened);
    await expect
      .poll(() => host.locator('.gist').allTextContents())
      // The joiner may come while the relay is on its way, or after.
      .toEqual([
        expect.stringMatching(/^[\d.]+:\d+$/),
        '2',
        expect.stringMatching(/^(open|session)$/),
      ]);
    expect(await host.locator('.endpoint .value').first().isVisible()).toBe(false);
    await expect.poll(() => page.locator('#game .clock').textContent()).toContain('s left');
    expect(await height()).toBeCloseTo(before);
    expect(await layoutShifts()).toEqual([]);
  });

  it('has the join code and the way to create one on the first screen', async () => {
    await using opened = await openOnPhone();
    const boxes = [
      opened.host.locator('.join-code'),
      opened.page.getByRole('button', { name: 'Play', exact: true }),
    ];
    for (const box of boxes) {
      const { y = 0, height = 0 } = (await box.boundingBox()) ?? {};
      expect(y + height).toBeLessThan(600);
    }
  });

  it('keeps no room for polling until somebody asks for it, and then moves but once', async () => {
    await using opened = await openOnPhone();
    const { page, layoutShifts } = opened;
    const polling = page.locator('.run[data-mode=polling] .lane').first();
    expect(await polling.isVisible()).toBe(false);
    const compare = page.getByRole('button', { name: 'Compare held with polling' });
    await compare.click();
    expect(await polling.isVisible()).toBe(true);
    expect((await layoutShifts()).length).toBeLessThanOrEqual(1);
    await forgetShifts(opened);
    await expect.poll(() => compare.isEnabled(), { timeout: 20_000 }).toBe(true);
    expect(await polling.locator('.bar.short').count()).toBeGreaterThan(2);
    expect(await layoutShifts()).toEqual([]);
  });

  it('has room for six seconds without scrolling', async () => {
    await using opened = await openOnPhone();
    const { page } = opened;
    await page.addScriptTag({
      type: 'module',
      content: 'globalThis.Axis = (await import("/timeline/axis.ts")).Axis;',
    });
    await page.waitForFunction(() => 'Axis' in globalThis);
    const ends = await page.evaluate(() => {
      const { Axis } = globalThis as unknown as typeof import('../../demo/timeline/axis.js');
      const axis = new Axis(
        document.createElement('div'),
        document.querySelector('.scroller') as HTMLElement,
      );
      axis.window = Number(
        document.querySelector<HTMLInputElement>('[name=window]:checked')?.value,
      );
      return [6, 20].map((second) => axis.positionOf(second));
    });
    expect(ends).toEqual([0, expect.toSatisfy((end: number) => end > 0)]);
  });

  for (const width of [360, 390]) {
    it(`breaks no host name in the midst of a word, and cuts no event: ${width} px`, async () => {
      await using opened = await openOnPhone(width);
      const { page } = opened;
      const cutEvents = () =>
        page.locator('.log').evaluateAll((logs) =>
          logs.flatMap((log) => {
            const edge = log.getBoundingClientRect().top + log.clientTop;
            return [...log.querySelectorAll('li')]
              .filter((event) => {
                const { top, bottom } = event.getBoundingClientRect();
                return top < edge - 1 && bottom > edge + 1;
              })
              .map(({ textContent }) => textContent);
          }),
        );
      const logs = page.locator('.log');
      const scrolled = () => logs.evaluateAll((all) => all.every(({ scrollTop }) => scrollTop > 0));
      await playMatch(opened);
      await unfold(opened);
      // Whether the events came while it was folded or while it was not.
      await expect.poll(scrolled).toBe(true);
      expect(await cutEvents()).toEqual([]);
      const { host, joiner } = opened;
      for (const panel of [joiner, host]) {
        await panel.getByRole('button', { name: 'Leave' }).click();
        await panel.locator('.events .close').waitFor();
        expect(await cutEvents()).toEqual([]);
      }
      await playMatch(opened);
      expect(await cutEvents()).toEqual([]);
      for (const texts of ['.endpoint .value', '.events .linked span', '.events .open span']) {
        expect(await brokenWords(page.locator(texts))).toEqual([]);
      }
    });
  }
});
