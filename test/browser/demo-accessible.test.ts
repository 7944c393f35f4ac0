import { describe, expect, it } from 'vitest';
import { expectState, hostOnSetClock, useDemo } from '../support/demo.js';

const demo = useDemo();

describe('the demo page is for everybody', () => {
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
    expect(await page.getByRole('switch', { name: 'Hold requests' }).isChecked()).toBe(false);
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
    for (const [reducedMotion, steps] of [
      ['no-preference', 50],
      ['reduce', 5],
    ] as const) {
      await using opened = await demo.open({ reducedMotion });
      const { page, host } = opened;
      await hostOnSetClock(opened, () => expectState(host, 'open'));
      await page.evaluate(() => {
        const counting = globalThis as unknown as { steps: number };
        counting.steps = 0;
        new MutationObserver((changes) => {
          counting.steps += changes.length;
        }).observe(document.querySelector('.band[data-state=open]') as Element, {
          attributeFilter: ['style'],
        });
      });
      await page.clock.runFor(5_000);
      const moved = () => page.evaluate(() => (globalThis as unknown as { steps: number }).steps);
      expect(await moved()).toBe(steps);
    }
  });
});
