import { describe, expect, it } from 'vitest';
import { eventsOf, expectState, playMatch, useDemo } from '../support/demo.js';

const demo = useDemo();

describe('the demo page', () => {
  it('creates a session, joins it from the other panel, and nothing moves while events arrive', async () => {
    await using opened = await demo.open();
    const { page, host, joiner, problems, layoutShifts } = opened;
    await page.getByText('nothing is billed').waitFor();
    // The joiner joins while the relay is on its way, on a busy machine, too.
    const linkDelay = page.getByRole('slider', { name: 'Link delay' });
    await linkDelay.fill('8000');
    await page.locator('#lever-said').getByText('takes 8000 ms').waitFor();
    await playMatch(opened);
    await linkDelay.fill('2500');
    await page.locator('#lever-said').getByText('takes 2500 ms').waitFor();
    for (const [panel, role] of [
      [host, 'server'],
      [joiner, 'client'],
    ] as const) {
      expect(await panel.locator('.role').textContent()).toBe(`role: ${role}`);
      for (const value of await panel.locator('.endpoint .value').allTextContents()) {
        expect(value).not.toBe('–');
      }
      expect((await eventsOf(panel)).filter((name) => name !== 'session')).toEqual([
        'state requesting',
        'state waiting',
        'state open',
        'ready',
        'linked',
        'open',
      ]);
      await expect.poll(() => panel.locator('.roster .player').count()).toBe(2);
    }
    const document = host.locator('.document');
    expect(JSON.parse((await document.textContent()) ?? '')).toMatchObject({ role: 'server' });
    await joiner.getByRole('button', { name: 'Leave' }).click();
    await expectState(joiner, 'closed');
    await expect.poll(() => host.locator('.roster .player').count()).toBe(1);
    await host.getByRole('button', { name: 'Leave' }).click();
    await expectState(host, 'closed');
    expect(await layoutShifts()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('shows a link that joins from another tab, the code in large, and a QR code of it', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    await host.getByRole('button', { name: 'Create a session' }).click();
    const link = host.getByRole('link', { name: 'Join in another tab' });
    const code = host.locator('.join-code');
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(`${demo.url}?join=${await code.textContent()}`);
    expect((await code.boundingBox())?.height).toBeGreaterThan(40);
    await host.getByRole('img', { name: 'QR code of the link that joins this session' }).waitFor();
    await host.getByText('Works on this machine only').waitFor();
    const [tab] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    const third = tab.locator('[data-player=Joiner]');
    const seat = tab.locator('.seat');
    // Whoever was invited wants to play, and is on the way already.
    await seat.waitFor();
    const [first, timeline] = await Promise.all(
      [seat, tab.locator('#timeline')].map((part) => part.boundingBox()),
    );
    expect(first?.y).toBeLessThan(timeline?.y ?? 0);
    expect(await third.getByLabel('Join code or session id').inputValue()).toBe(
      await code.textContent(),
    );
    await expectState(third, 'open');
    expect(await seat.count()).toBe(1);
    await host.getByRole('button', { name: /^Kick / }).click();
    await expectState(third, 'closed');
    expect(await third.locator('.trouble').textContent()).toMatch(/^revoked.*stays out/);
    await third.getByRole('button', { name: 'Join the session' }).click();
    await expect.poll(() => third.locator('.events .close').count()).toBe(2);
    expect(await third.locator('.trouble').textContent()).toMatch(/^revoked/);
    await expect.poll(() => host.locator('.roster .player').count()).toBe(1);
    await host.getByRole('button', { name: 'Leave' }).click();
    await expectState(host, 'closed');
  });

  it('copies each value of the endpoint, all of it, and the link', async () => {
    await using opened = await demo.open();
    const { page, host } = opened;
    await host.getByRole('button', { name: 'Create a session' }).click();
    await expectState(host, 'open');
    const copied = async (button: string) => {
      await host.getByRole('button', { name: button, exact: true }).click();
      await page.locator('#announcer', { hasText: 'Copied' }).waitFor({ state: 'attached' });
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const shown = (await host.locator('.endpoint .value').allTextContents()).map(String);
    const names = ['role', 'protocol', 'ip', 'port', 'host', 'link', 'session token', 'user token'];
    for (const [index, name] of names.entries()) {
      expect(await copied(`Copy ${name}`)).toBe(shown[index]);
    }
    expect(JSON.parse(await copied('Copy all as JSON'))).toMatchObject({ role: 'server' });
    expect(await copied('Copy join link')).toContain('?join=');
    await host.getByRole('button', { name: 'Leave' }).click();
    await expectState(host, 'closed');
  });

  it('is back in the same seat after a reload', async () => {
    await using opened = await demo.open();
    const { page, host, joiner, problems } = opened;
    await playMatch(opened);
    const code = await host.locator('.join-code').textContent();
    const token = () => joiner.locator('.endpoint .value').last().textContent();
    const before = await token();
    await page.reload();
    await expectState(host, 'open');
    await expectState(joiner, 'open');
    expect(await host.locator('.join-code').textContent()).toBe(code);
    expect(await token()).toBe(before);
    await expect.poll(() => host.locator('.roster .player').count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('tells the code of an error and what to do about it', async () => {
    await using opened = await demo.open();
    const { joiner } = opened;
    await joiner.getByLabel('Join code or session id').fill('6789BCDF');
    await joiner.getByRole('button', { name: 'Join the session' }).click();
    await expectState(joiner, 'failed');
    const trouble = joiner.getByRole('alert');
    expect(await trouble.locator('code').textContent()).toBe('not-found');
    expect(await trouble.locator('.advice').textContent()).toContain('Check the join code');
  });
});
