import { describe, expect, it } from 'vitest';
import { expectState, useDemo } from '../support/demo.js';

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
