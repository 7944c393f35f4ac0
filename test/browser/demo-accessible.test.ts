import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findAxeProblems } from '../support/axe.js';
import { expectState, playMatch, unfold, useDemo } from '../support/demo.js';

const demo = useDemo();

describe('the demo page is for everybody', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      it(`axe finds nothing: ${colorScheme}, ${width} px; idle, in trouble, waiting, in a match, after an error`, async () => {
        const viewport = { width, height: 5_000 };
        await using opened = await demo.open({ colorScheme, viewport });
        const { page, host, joiner } = opened;
        const expectNothing = async () => expect(await findAxeProblems(page)).toEqual([]);
        await expectNothing();
        await page.getByRole('button', { name: 'Answer 429' }).click();
        await page.locator('#lever-said').getByText('429').waitFor();
        await host.getByRole('button', { name: 'Create a session' }).click();
        await host.getByRole('alert').getByText('rate-limited').waitFor();
        await expectNothing();
        await expectState(host, 'waiting');
        await expectNothing();
        await expectState(host, 'open');
        await joiner.getByRole('button', { name: 'Join the session' }).click();
        await expectState(joiner, 'open');
        await unfold(opened);
        await expectNothing();
        await host.getByRole('button', { name: 'Leave' }).click();
        await expectState(host, 'closed');
        await joiner.getByRole('alert').getByText('session-deleted').waitFor();
        await joiner.getByRole('button', { name: 'Join the session' }).click();
        await expectState(joiner, 'failed');
        await expectNothing();
      });

      it(`axe finds nothing where one was invited: ${colorScheme}, ${width} px`, async () => {
        const viewport = { width, height: 5_000 };
        await using opened = await demo.open({ colorScheme, viewport }, '?join=6789BCDF');
        expect(await findAxeProblems(opened.page)).toEqual([]);
      });
    }
  }

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

  it('stops at nothing empty on the way of the Tab key', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    const stops: string[] = [];
    for (let stop = ''; stop !== 'body'; stops.push(stop)) {
      await page.keyboard.press('Tab');
      stop = await page.evaluate(() => {
        const { ariaLabel, localName, textContent } = document.activeElement as HTMLElement;
        return /^(body|input)$/.test(localName) ? localName : (ariaLabel ?? textContent).trim();
      });
    }
    expect(stops).toContain('Create a session');
    expect(stops).not.toContain('');
  });

  it('can be played with the keyboard alone', async () => {
    await using opened = await demo.open();
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
    await focusOn(/^state requesting from /);
    await page.keyboard.press('End');
    expect(await page.locator('#inspector').textContent()).not.toContain('Point at');
    await focusOn(/^Leave/);
    await page.keyboard.press('Enter');
    await expectState(host, 'closed');
  });

  it('moves once a second only for those who asked for less motion', async () => {
    await using opened = await demo.open({ reducedMotion: 'reduce' });
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
