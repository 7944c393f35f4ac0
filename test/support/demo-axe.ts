import { describe, expect, it } from 'vitest';
import { findAxeProblems } from './axe.js';
import { expectState, unfold, useDemo } from './demo.js';

/** Has axe judge the demo page in one colour scheme. Each scheme has a file of its own: they run side by side. */
export function describeAxe(colorScheme: 'light' | 'dark'): void {
  const demo = useDemo();
  describe('the demo page is for everybody', () => {
    for (const width of [360, 1280]) {
      it(`axe finds nothing: ${colorScheme}, ${width} px, in each state`, async () => {
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
        await page.getByRole('slider', { name: 'Loss to relay' }).fill('20');
        await page.locator('[data-cause=lost][data-some]').first().waitFor();
        await page.getByRole('button', { name: 'Cut the wire' }).click();
        await page.locator('.wire').getByText('reconnecting').first().waitFor();
        await expectNothing();
        await page.getByRole('button', { name: 'Take all back' }).click();
        await host.getByRole('button', { name: 'Leave' }).click();
        await expectState(host, 'closed');
        await joiner.getByRole('alert').getByText('session-deleted').waitFor();
        await joiner.getByRole('button', { name: 'Join the session' }).click();
        await expectState(joiner, 'failed');
        await expectNothing();
        // axe takes seconds for each look where others want the processor, too.
      }, 150_000);

      it(`axe finds nothing where one was invited: ${colorScheme}, ${width} px`, async () => {
        const viewport = { width, height: 5_000 };
        await using opened = await demo.open({ colorScheme, viewport }, '?join=6789BCDF');
        expect(await findAxeProblems(opened.page)).toEqual([]);
      });
    }
  });
}
