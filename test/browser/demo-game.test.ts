import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findAxeProblems } from '../support/axe.js';
import { type DemoPage, expectState, playMatch, useDemo } from '../support/demo.js';
import { joinDemoGame } from '../support/game-guests.js';

const demo = useDemo();

/** The colours of the first two players, where the page is light. */
const ROBIN = [31, 111, 208] as const;
const WREN = [194, 50, 126] as const;

const lineOf = (page: Page, name: string): Locator =>
  page.locator('.scores li:not(.free)').filter({ hasText: name });
const namesOn = (page: Page) => page.locator('.scores li:not(.free) .name').allTextContents();
const noticeOn = (page: Page) => page.locator('#game .notice').textContent();
const codeOf = async ({ host }: DemoPage) => (await host.locator('.join-code').textContent()) ?? '';

/** Presses "Play", and waits until the host is in the game. */
async function play({ page }: DemoPage): Promise<void> {
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => namesOn(page)).toEqual(['Robin']);
}

/** Somebody opens the link of the host, and does nothing more. */
const follow = async (opened: DemoPage): Promise<DemoPage> =>
  demo.open({}, `?join=${await codeOf(opened)}`);

/** Where a player is drawn, in shares of the field; nothing where there is none. */
const seenAt = (page: Page, colour: readonly [number, number, number]) =>
  page.evaluate(([red, green, blue]) => {
    const canvas = document.querySelector<HTMLCanvasElement>('#arena canvas');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
    if (!canvas || !pixels) return undefined;
    const sum = { x: 0, y: 0, count: 0 };
    for (let at = 0; at < pixels.data.length; at += 4) {
      const [r, g, b] = pixels.data.subarray(at, at + 3);
      if (r !== red || g !== green || b !== blue) continue;
      sum.x += (at / 4) % canvas.width;
      sum.y += Math.floor(at / 4 / canvas.width);
      sum.count += 1;
    }
    if (sum.count === 0) return undefined;
    return { x: sum.x / sum.count / canvas.width, y: sum.y / sum.count / canvas.height };
  }, colour);
const xOf = async (page: Page, colour: typeof ROBIN | typeof WREN) =>
  (await seenAt(page, colour))?.x ?? Number.NaN;

/** Makes the page believe that its tab is hidden: no frame is drawn, and it is told so. */
const hide = (page: Page) =>
  page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    globalThis.requestAnimationFrame = () => 0;
    document.dispatchEvent(new Event('visibilitychange'));
  });

describe('the game on the demo page', () => {
  it('is begun by one button, and flown by keys, which the others see', async () => {
    await using opened = await demo.open();
    const { page, problems } = opened;
    await play(opened);
    await using guest = await follow(opened);
    await expect.poll(() => namesOn(guest.page)).toEqual(['Robin', 'Wren']);
    await expect.poll(() => namesOn(page)).toEqual(['Robin', 'Wren']);
    // "Play" left the focus on the field.
    await page.keyboard.down('ArrowRight');
    await expect.poll(() => xOf(guest.page, ROBIN)).toBeGreaterThan(0.9);
    await page.keyboard.up('ArrowRight');
    await guest.page.locator('#arena').focus();
    await guest.page.keyboard.down('KeyA');
    await expect.poll(() => xOf(page, WREN)).toBeLessThan(0.1);
    await guest.page.keyboard.up('KeyA');
    expect([...problems, ...guest.problems]).toEqual([]);
  });

  it('is flown by a finger, and the page stays where it is', async () => {
    await using opened = await demo.open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const { page } = opened;
    await play(opened);
    const session = await page.context().newCDPSession(page);
    const box = await page.locator('#arena').boundingBox();
    const middle = { x: (box?.x ?? 0) + 150, y: (box?.y ?? 0) + 120 };
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', dx?: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: dx === undefined ? [] : [{ x: middle.x + dx, y: middle.y }],
      });
    const scrolled = await page.evaluate(() => scrollY);
    await touch('touchStart', 0);
    await touch('touchMove', -60);
    await expect.poll(() => xOf(page, ROBIN)).toBeLessThan(0.1);
    await touch('touchMove', 60);
    await expect.poll(() => xOf(page, ROBIN)).toBeGreaterThan(0.9);
    await touch('touchEnd');
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    expect(await page.getByRole('button', { name: 'Dash' }).isVisible()).toBe(true);
  });

  it('shows who hosts, how everybody is called, and whose eyes one sees it with', async () => {
    await using opened = await demo.open();
    const { page, host, joiner } = opened;
    await playMatch(opened);
    await expect.poll(() => namesOn(page)).toEqual(['Robin', 'Wren']);
    expect(await lineOf(page, 'Robin').locator('.tag').textContent()).toBe('you, host');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('radio', { name: 'Joiner' }).first().check({ force: true });
    await expect.poll(() => namesOn(page)).toEqual(['Ada', 'Wren']);
    expect(await lineOf(page, 'Ada').locator('.tag').textContent()).toBe('host');
    expect(await lineOf(page, 'Wren').locator('.tag').textContent()).toBe('you');
    await page.getByLabel('Your name').fill('Bob');
    await expect.poll(() => namesOn(page)).toEqual(['Ada', 'Bob']);
    // Both on one keyboard: the letters are the joiner's.
    await page.locator('#arena').focus();
    await page.keyboard.down('KeyD');
    await page.keyboard.down('ArrowLeft');
    await expect.poll(() => xOf(page, WREN)).toBeGreaterThan(0.9);
    await expect.poll(() => xOf(page, ROBIN)).toBeLessThan(0.1);
    for (const panel of [joiner, host]) await panel.getByRole('button', { name: 'Leave' }).click();
    await page.getByText('The match is over for you.').waitFor();
  });

  it('goes on when somebody comes late, leaves or is kicked', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await play(opened);
    await using first = await follow(opened);
    await expect.poll(() => namesOn(first.page)).toEqual(['Robin', 'Wren']);
    const code = await codeOf(opened);
    const late = await joinDemoGame(demo.url, code, 'Late');
    const lost = await joinDemoGame(demo.url, code, 'Kicked');
    await expect.poll(() => namesOn(first.page)).toEqual(['Robin', 'Wren', 'Late', 'Kicked']);
    await late.leave();
    await expect.poll(() => namesOn(first.page)).toEqual(['Robin', 'Wren', 'Kicked']);
    expect(await first.page.getByRole('button', { name: /^Kick / }).count()).toBe(0);
    await page.getByRole('button', { name: 'Kick Kicked' }).click();
    await expect.poll(() => namesOn(first.page)).toEqual(['Robin', 'Wren']);
    await expect.poll(() => lost.relay.state).toBe('closed');
    await page.locator('#arena').focus();
    await page.keyboard.down('ArrowRight');
    await expect.poll(() => xOf(first.page, ROBIN)).toBeGreaterThan(0.9);
    await page.getByRole('button', { name: 'Kick Wren' }).click();
    await first.page.getByText('The match is over for you.').waitFor();
    expect(await namesOn(page)).toEqual(['Robin']);
  });

  it('has room for eight: the ninth is told so, and is in when somebody leaves', async () => {
    await using opened = await demo.open();
    await play(opened);
    const code = await codeOf(opened);
    const guests = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map((number) => joinDemoGame(demo.url, code, `Guest ${number}`)),
    );
    await expect.poll(async () => (await namesOn(opened.page)).length).toBe(8);
    await using ninth = await follow(opened);
    await ninth.page.getByText('Eight play already.').waitFor();
    expect(await namesOn(opened.page)).toHaveLength(8);
    await guests[2]?.leave();
    await expect.poll(() => ninth.page.locator('.curtain').isVisible()).toBe(false);
    await expect.poll(() => namesOn(ninth.page)).toHaveLength(8);
    await Promise.all(guests.map(({ leave }) => leave()));
  });

  it('says that the host’s tab is hidden, and goes on by a worker meanwhile', async () => {
    await using opened = await demo.open();
    await play(opened);
    await using guest = await follow(opened);
    await expect.poll(() => namesOn(guest.page)).toEqual(['Robin', 'Wren']);
    await hide(opened.page);
    const left = async () =>
      Number.parseInt((await guest.page.locator('#game .clock').textContent()) ?? '', 10);
    const before = await left();
    // The round's last seconds are followed by those of the pause, and those by a minute.
    await expect.poll(async () => Math.abs((await left()) - before)).toBeGreaterThan(3);
    expect(await noticeOn(guest.page)).toMatch(/host’s tab is hidden\. A worker keeps/);
    // A phone stops the whole page.
    const session = await opened.page.context().newCDPSession(opened.page);
    await session.send('Debugger.enable');
    await session.send('Debugger.pause');
    await expect
      .poll(() => noticeOn(guest.page))
      .toMatch(/host’s tab is hidden, and .* stands still/);
    await session.send('Debugger.disable');
  });

  it('tells the host, once back, that the tab was hidden', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await play(opened);
    await page.evaluate(() => {
      for (const value of [true, false]) {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }
    });
    await expect.poll(() => noticeOn(page)).toMatch(/^Your tab was hidden for \d+ s/);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`axe finds nothing while it is played: ${colorScheme}`, async () => {
      await using opened = await demo.open({ colorScheme });
      const { page, host, layoutShifts } = opened;
      await play(opened);
      const guest = await joinDemoGame(demo.url, await codeOf(opened), 'Guest');
      await expect.poll(() => namesOn(page)).toEqual(['Robin', 'Guest']);
      expect(await findAxeProblems(page)).toEqual([]);
      await guest.leave();
      await host.getByRole('button', { name: 'Leave' }).click();
      await expectState(host, 'closed');
      expect(await layoutShifts()).toEqual([]);
    });
  }
});
