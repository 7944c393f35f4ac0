import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  coveredNames,
  type DemoPage,
  eventsOf,
  expectState,
  playMatch,
  useDemo,
} from '../support/demo.js';

const demo = useDemo();

const pull = async (page: Page, lever: string, said: string): Promise<void> => {
  await page.getByRole('button', { name: lever }).click();
  await page.locator('#lever-said').getByText(said).waitFor();
};
const linkAfter = async (page: Page, delay: number): Promise<void> => {
  await page.getByRole('slider', { name: 'Link delay' }).fill(String(delay));
  await page.locator('#lever-said').getByText(`takes ${delay} ms`).waitFor();
};
const leave = async ({ host, joiner }: DemoPage): Promise<void> => {
  for (const panel of [joiner, host]) {
    const button = panel.getByRole('button', { name: 'Leave' });
    if (await button.isEnabled()) await button.click();
  }
  await expect.poll(() => host.locator('output.state').textContent()).toMatch(/closed|failed/);
};

describe('the levers', () => {
  it('make linking slower or faster', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    await linkAfter(page, 0);
    await host.getByRole('button', { name: 'Create a session' }).click();
    await expectState(host, 'open');
    await leave(opened);
    await linkAfter(page, 2_500);
  });

  it('fail the session: both players get its error, its code and what to do', async () => {
    await using opened = await demo.open();
    const { page, host, joiner, layoutShifts } = opened;
    await linkAfter(page, 10_000);
    await host.getByRole('button', { name: 'Create a session' }).click();
    await expect.poll(() => joiner.getByRole('textbox').inputValue()).toHaveLength(8);
    await joiner.getByRole('button', { name: 'Join the session' }).click();
    await expectState(joiner, 'waiting');
    await pull(page, 'Fail this session', 'The session failed. The players hear of it within 2');
    for (const panel of [host, joiner]) {
      await expectState(panel, 'failed');
      const trouble = panel.getByRole('alert');
      expect(await trouble.locator('code').textContent()).toBe('session-failed');
      expect(await trouble.textContent()).toContain('Create a new one');
    }
    expect(await page.locator('.mark.lever').count()).toBe(2);
    expect(await layoutShifts()).toEqual([]);
    await linkAfter(page, 2_500);
  });

  it('lose the connection: the players try again and are still in the match', async () => {
    await using opened = await demo.open();
    const { page, host, joiner } = opened;
    await playMatch(opened);
    await pull(page, 'Lose the connection', 'cut');
    await expect.poll(() => eventsOf(host)).toContain('retrying');
    expect(await page.locator('.bar.failed').count()).toBeGreaterThan(0);
    expect(await host.getByRole('alert').locator('code').textContent()).toBe('network');
    const running = page.getByRole('group', { name: 'Host, held' }).locator('.bar.running');
    await expect
      .poll(
        async () =>
          (
            await running.evaluateAll((bars) =>
              bars.map((bar) => bar.getBoundingClientRect().width),
            )
          )
            .map((width) => width > 30)
            .includes(true),
        { timeout: 20_000 },
      )
      .toBe(true);
    await expectState(host, 'open');
    await expectState(joiner, 'open');
    expect(await coveredNames(page)).toEqual([]);
    // Whoever is back finds no error any more, long before the held request has its answer.
    for (const panel of [host, joiner]) {
      await expect.poll(() => panel.getByRole('alert').textContent(), { timeout: 10_000 }).toBe('');
    }
    expect(await running.count()).toBe(1);
    await leave(opened);
  });

  it('answer 429: the player waits as long as asked, then gets the session', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    await pull(page, 'Answer 429', 'Retry-After');
    await host.getByRole('button', { name: 'Create a session' }).click();
    await expect.poll(() => eventsOf(host)).toContain('retrying');
    expect(await host.getByRole('alert').textContent()).toContain('rate-limited');
    await expectState(host, 'open');
    expect(await host.getByRole('alert').textContent()).toBe('');
    await leave(opened);
  });

  it('relink: a second “linked” with another endpoint', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    await playMatch(opened);
    const port = () => host.locator('.endpoint .value').nth(3).textContent();
    const before = await port();
    await pull(page, 'Relink', 'another relay. The players hear of it within 10 seconds');
    await expect
      .poll(async () => (await eventsOf(host)).filter((name) => name === 'linked').length, {
        timeout: 15_000,
      })
      .toBe(2);
    expect(await port()).not.toBe(before);
    await leave(opened);
  });

  it('end the session: both players are told', async () => {
    await using opened = await demo.open();
    const { page, host, joiner } = opened;
    await playMatch(opened);
    await pull(page, 'End the session', 'ended');
    for (const panel of [host, joiner]) {
      await panel.locator('output.state[data-state=closed]').waitFor({ timeout: 20_000 });
      await panel.getByRole('alert').getByText('session-deleted').waitFor();
    }
  });

  it('lose the webhook: the players get their relay all the same', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await pull(page, 'Lose the webhook', 'will be lost');
    await playMatch(opened);
    await leave(opened);
  });

  it('show what is armed until it has struck, after a reload, too', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    const armed = page.locator('.lever-buttons [data-armed]');
    await pull(page, 'Lose the webhook', 'will be lost');
    await page.reload();
    await page
      .locator('#lever-said')
      .getByText('Still armed from before: Lose the webhook')
      .waitFor();
    expect(await armed.count()).toBe(1);
    expect(await armed.textContent()).toContain('Lose the webhook');
    await playMatch(opened);
    await expect.poll(() => armed.count()).toBe(0);
    await leave(opened);
  });

  it('are taken back before a comparison: it tells of the modes, and not of a lever', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await pull(page, 'Lose the webhook', 'will be lost');
    await page.reload();
    await page.getByRole('button', { name: 'Compare held with polling' }).click();
    await page.locator('#lever-said').getByText('Nothing goes wrong any more').waitFor();
    expect(await page.locator('.lever-buttons [data-armed]').count()).toBe(0);
    const compare = page.getByRole('button', { name: 'Compare held with polling' });
    await expect.poll(() => compare.isEnabled(), { timeout: 30_000 }).toBe(true);
  });

  it('say so where there is no session to pull at', async () => {
    await using opened = await demo.open();
    await pull(opened.page, 'Relink', 'There is no session for that');
    expect(opened.problems).toEqual([]);
  });

  it('are pulled by the page only', async () => {
    const response = await fetch(`${demo.url}service/levers`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"lever":"rate-limit"}',
    });
    expect(response.status).toBe(400);
  });
});
