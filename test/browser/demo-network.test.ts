import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type DemoPage, hostOnSetClock, playMatch, useDemo } from '../support/demo.js';

const demo = useDemo();

/** One player's charts. */
const chartsOf = (page: Page, player: string): Locator =>
  page.locator(`[data-charts-of=${player}]`);
/** The number that stands by a line's name. */
const figure = async (charts: Locator, line: string): Promise<number> => {
  const text = await charts.locator('.line', { hasText: line }).locator('dd').textContent();
  return Number.parseFloat(text ?? '');
};
/** How many datagrams went lost for a cause, out and in. */
const drops = async (charts: Locator, cause: string): Promise<number[]> => {
  const counts = await charts.locator(`[data-cause=${cause}] .count`).allTextContents();
  return counts.map(Number);
};
const set = async (page: Page, lever: string, position: number): Promise<void> =>
  page.getByRole('slider', { name: lever }).fill(String(position));
const said = (page: Page): Locator => page.locator('#network-levers .lever-said');
const state = (charts: Locator): Locator => charts.locator('.wire');
const switchToWebSocket = async (page: Page, player: string): Promise<void> => {
  const wire = state(chartsOf(page, player));
  await wire.getByText('By data channel').waitFor();
  await page.getByRole('switch', { name: 'Data channel' }).uncheck();
  await wire.getByText('By WebSocket').waitFor();
};
const takeBack = async ({ page }: DemoPage): Promise<void> => {
  await page.getByRole('button', { name: 'Take all back' }).click();
  await said(page).getByText('Nothing goes wrong any more').waitFor();
};

describe('the charts of a channel', () => {
  it('say that there is none, then how it is, and why it was closed', async () => {
    await using opened = await demo.open();
    const { page, host, joiner, problems } = opened;
    const charts = chartsOf(page, 'Host');
    expect(await state(charts).textContent()).toContain('no channel');
    await playMatch(opened);
    await state(charts).getByText('open', { exact: true }).waitFor();
    await expect.poll(() => figure(charts, 'to gateway')).toBeGreaterThanOrEqual(0);
    await expect.poll(() => figure(charts, 'on to relay')).toBeGreaterThanOrEqual(0);
    for (const line of ['out', 'in'])
      await expect.poll(() => figure(charts, line)).toBeGreaterThan(5);
    await joiner.getByRole('button', { name: 'Leave' }).click();
    await host.getByRole('button', { name: 'Leave' }).click();
    await state(charts).getByText('closed').waitFor();
    expect(await state(charts).textContent()).toContain('left');
    expect(problems).toEqual([]);
  });

  it('show one player at a time, and of whom is for the viewer to choose, by keyboard, too', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await playMatch(opened);
    expect(await chartsOf(page, 'Host').isVisible()).toBe(true);
    expect(await chartsOf(page, 'Joiner').isVisible()).toBe(false);
    const choice = page.getByRole('group', { name: 'Whose channel' });
    await choice.getByRole('radio', { name: 'Host' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await chartsOf(page, 'Host').isVisible()).toBe(false);
    const charts = chartsOf(page, 'Joiner');
    await state(charts).getByText('open', { exact: true }).waitFor();
    // Its history is there already: nothing begins only when somebody looks.
    await expect.poll(() => figure(charts, 'in')).toBeGreaterThan(5);
    // Whoever is looked at in the game is looked at here, too.
    const views = page.getByRole('group', { name: 'Seen by' });
    await views.getByRole('radio', { name: 'Joiner' }).check();
    await views.getByRole('radio', { name: 'Host' }).check();
    expect(await chartsOf(page, 'Host').isVisible()).toBe(true);
    expect(await choice.getByRole('radio', { name: 'Host' }).isChecked()).toBe(true);
  });

  it('leave the game its room where one was invited, and tell only what is known there', async () => {
    await using opened = await demo.open(
      { viewport: { width: 1440, height: 1000 } },
      '?join=6789BCDF',
    );
    const { page } = opened;
    const charts = chartsOf(page, 'Joiner');
    await charts.waitFor();
    expect((await page.locator('#arena').boundingBox())?.width).toBeGreaterThan(600);
    // What the network loses is known where its levers are.
    expect(await charts.locator('[data-cause=lost]').count()).toBe(0);
    for (const name of ['Whose channel', 'Spoil the network'])
      expect(await page.getByText(name).isVisible()).toBe(false);
  });

  it('draw four times a second, and once for those who asked for less motion', async () => {
    for (const [reducedMotion, drawn] of [
      ['no-preference', 20],
      ['reduce', 5],
    ] as const) {
      await using opened = await demo.open({ reducedMotion });
      const { page } = opened;
      // A move is drawn at once, too. Nobody answers in the time that a set clock leaps over: a data channel would end.
      await hostOnSetClock(opened, () => switchToWebSocket(page, 'Host'));
      await page.evaluate(() => {
        const counting = globalThis as unknown as { drawings: number };
        counting.drawings = 0;
        new MutationObserver((changes) => {
          counting.drawings += changes.length;
        }).observe(document.querySelector('.bars path') as Element, { attributes: true });
      });
      await page.clock.runFor(5_000);
      const drawings = () =>
        page.evaluate(() => (globalThis as unknown as { drawings: number }).drawings);
      expect(await drawings()).toBe(drawn);
    }
  });
});

describe('the levers of the network', () => {
  it('latency: the round trip to the relay grows by twice as much, and shrinks again', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await playMatch(opened);
    const charts = chartsOf(page, 'Host');
    await expect.poll(() => figure(charts, 'on to relay')).toBeGreaterThanOrEqual(0);
    await set(page, 'Latency', 150);
    await said(page).getByText('the round trip to the relay 300 ms').waitFor();
    // A timer may ring a millisecond early.
    await expect.poll(() => figure(charts, 'on to relay')).toBeGreaterThan(297);
    expect(await figure(charts, 'on to relay')).toBeLessThan(900);
    await takeBack(opened);
    await expect.poll(() => figure(charts, 'on to relay')).toBeLessThan(297);
    expect(await page.getByRole('slider', { name: 'Latency' }).inputValue()).toBe('0');
  });

  it('loss: what the network lost stands under its cause, by direction', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await playMatch(opened);
    const charts = chartsOf(page, 'Host');
    expect(await drops(charts, 'lost')).toEqual([0, 0]);
    await set(page, 'Loss to relay', 20);
    await said(page).getByText('20 % of the datagrams are lost').waitFor();
    await expect.poll(async () => Math.min(...(await drops(charts, 'lost')))).toBeGreaterThan(0);
    expect(await charts.locator('[data-cause=lost] path').getAttribute('d')).not.toBe('');
    await takeBack(opened);
  });

  it('a cut wire: the channel comes back by itself, and what it could not send is counted', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await playMatch(opened);
    const charts = chartsOf(page, 'Host');
    await expect.poll(() => figure(charts, 'out')).toBeGreaterThan(5);
    await page.getByRole('button', { name: 'Cut the wire' }).click();
    await state(charts).getByText('reconnecting').waitFor();
    expect(await state(charts).textContent()).toContain('comes back by itself');
    await page.locator('[data-armed]', { hasText: 'Cut the wire' }).waitFor();
    await state(charts)
      .getByText(/Back after \d/)
      .waitFor();
    expect(await state(charts).textContent()).toContain('open');
    await expect.poll(() => figure(charts, 'to gateway')).toBeGreaterThanOrEqual(0);
    const [out = 0] = await drops(charts, 'not-open');
    expect(out).toBeGreaterThan(0);
    await expect.poll(() => page.locator('[data-armed]').count()).toBe(0);
  });

  it('blocked UDP: the channel goes on by WebSocket, and moves again once it is let through', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await playMatch(opened);
    const charts = chartsOf(page, 'Host');
    await state(charts).getByText('By data channel').waitFor();
    await page.getByRole('button', { name: 'Block UDP' }).click();
    await state(charts).getByText('By WebSocket').waitFor();
    expect(await state(charts).textContent()).toContain('open');
    await charts.locator('.move', { hasText: 'WebSocket' }).first().waitFor();
    await takeBack(opened);
    await state(charts).getByText('By data channel').waitFor();
  });

  it('loss to the gateway: a data channel loses datagrams, and says so', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await playMatch(opened);
    const charts = chartsOf(page, 'Host');
    await state(charts).getByText('By data channel').waitFor();
    await set(page, 'Loss to gateway', 10);
    await said(page).getByText('10 % of the packets are lost').waitFor();
    await expect.poll(async () => Math.max(...(await drops(charts, 'wire')))).toBeGreaterThan(0);
    await takeBack(opened);
  });

  it('without a data channel all goes by WebSocket, until the switch is on again', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await playMatch(opened);
    const charts = chartsOf(page, 'Host');
    await switchToWebSocket(page, 'Host');
    await expect.poll(() => figure(charts, 'out')).toBeGreaterThan(5);
    await page.getByRole('switch', { name: 'Data channel' }).check();
    await state(charts).getByText('By data channel').waitFor();
  });

  it('a data channel that is switched off and on again in no time comes up again', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    const charts = chartsOf(page, 'Host');
    await playMatch(opened);
    await state(charts).getByText('By data channel').waitFor();
    const wire = page.getByRole('switch', { name: 'Data channel' });
    await wire.evaluate((element: HTMLInputElement) => {
      element.click();
      element.click();
    });
    expect(await wire.isChecked()).toBe(true);
    // The channel was closed at once.
    await state(charts).getByText('By data channel').waitFor();
  });

  it('are shown as armed, after a reload, too, and one button takes all of them back', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await set(page, 'Loss to relay', 2);
    await set(page, 'Jitter', 30);
    await page.getByRole('button', { name: 'Lose the webhook' }).click();
    const armed = page.locator('[data-armed]');
    await expect.poll(() => armed.count()).toBe(3);
    await page.reload();
    await said(page)
      .getByText('Still armed from before: Loss to relay, Jitter to relay.')
      .waitFor();
    expect(await armed.count()).toBe(3);
    const jitter = page.getByRole('slider', { name: 'Jitter' });
    expect(await jitter.inputValue()).toBe('30');
    expect(await jitter.getAttribute('aria-valuetext')).toBe('0–30 ms');
    await takeBack(opened);
    await expect.poll(() => armed.count()).toBe(0);
    expect(await jitter.inputValue()).toBe('0');
  });
});
