import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** `npm run demo`, as the README tells. */
async function startDemo(): Promise<AsyncDisposable & { url: string }> {
  const { EDGEGAP_API_TOKEN: _real, ...env } = process.env;
  const demo = spawn(process.execPath, ['scripts/run.mjs', 'demo/start.ts'], {
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    demo.stdout.on('data', (chunk) => {
      printed += chunk;
      const [, address] = /Relais demo\s+(\S+)[\s\S]*relay service/.exec(printed) ?? [];
      if (address) resolve(address);
    });
    demo.once('exit', () => reject(new Error(`The demo ended: ${printed}`)));
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = once(demo, 'exit');
      demo.kill('SIGTERM');
      await ended;
    },
  };
}

describe('the demo page', () => {
  it('creates a session, joins it from the second panel and from a second tab', async () => {
    await using demo = await startDemo();
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(demo.url);
    await page.getByText('Simulated relay service').waitFor();
    const [host, joiner] = await page.locator('section.panel').all();
    await host?.getByRole('button', { name: 'Create a session' }).click();
    await expect.poll(() => joiner?.getByLabel('Session id').inputValue()).toMatch(/-S$/);
    const id = (await joiner?.getByLabel('Session id').inputValue()) ?? '';
    await joiner?.getByRole('button', { name: 'Join the session' }).click();
    const tab = await browser.newPage();
    await tab.goto(`${demo.url}?join=${id}`);
    const third = tab.locator('section.panel').nth(1);
    await third.getByRole('button', { name: 'Join the session' }).click();
    for (const panel of [host, joiner, third]) {
      await panel?.locator('.events li.open').waitFor();
      const endpoint = (await panel?.locator('.endpoint').textContent()) ?? '';
      for (const name of ['host', 'port', 'protocol', 'userAuthorizationToken']) {
        expect(endpoint).toContain(name);
      }
    }
    expect(await host?.locator('.events li').allTextContents()).toEqual([
      expect.stringContaining('requesting'),
      expect.stringContaining('waiting'),
      expect.stringContaining('open'),
      expect.stringContaining('ready'),
      expect.stringContaining('linked'),
      expect.stringContaining('open'),
    ]);
    await host?.getByRole('button', { name: 'Leave' }).click();
    await host?.locator('.events li.close').waitFor();
    expect(problems).toEqual([]);
  });
});
