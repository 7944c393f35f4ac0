import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'vite';
import { expect, it } from 'vitest';
import { built } from '../support/built.js';
import { launchChromium } from '../support/chromium.js';
import { runCommand } from '../support/command.js';
import { fencesOf } from '../support/fences.js';
import { freePort } from '../support/free-port.js';

/** What the README tells to type in, in one language. */
const typed = (language: string, about: string) =>
  fencesOf('README.md', language).find(({ text }) => text.includes(about))?.text ?? '';

/** A command of the README, as what comes before it, and its own words. */
function parseCommand(text: string): { env: Record<string, string>; args: string[] } {
  const words = text.replaceAll('\\\n', ' ').trim().split(/\s+/);
  const start = words.indexOf('node_modules/.bin/relais');
  expect(start).toBeGreaterThanOrEqual(0);
  const env = words.slice(0, start).map((word) => word.split(/=(.*)/s, 2) as [string, string]);
  return { env: Object.fromEntries(env), args: words.slice(start + 1) };
}

it('the README’s “Run it”, typed in as it stands, lets two tabs exchange a datagram through their relay', async () => {
  const ports = new Map([
    ['8181', String(await freePort())],
    ['8080', String(await freePort())],
    ['5173', String(await freePort())],
  ]);
  const here = (text: string) => text.replace(/8181|8080|5173/g, (port) => ports.get(port) ?? '');
  const commands = ['relais simulator', 'relais proxy']
    .map((about) => parseCommand(here(typed('sh', about))))
    .map(({ args, env }) => runCommand(args, env));
  for (const { listening } of commands) await listening;
  const root = mkdtempSync(join(tmpdir(), 'relais-readme-'));
  writeFileSync(join(root, 'index.html'), here(typed('html', 'RelayConnection')));
  const page = await createServer({
    configFile: false,
    logLevel: 'silent',
    root,
    // As `npm install relais` would have it.
    resolve: { alias: { relais: built('index.js') } },
    server: { port: Number(ports.get('5173')), fs: { strict: false } },
  });
  await page.listen();
  const browser = await launchChromium();
  try {
    const open = async (hash: string) => {
      const tab = await browser.newPage();
      await tab.goto(`http://localhost:${ports.get('5173')}${hash}`);
      return () => tab.evaluate(() => document.querySelector('p')?.textContent ?? '');
    };
    const host = await open('');
    await expect.poll(host).toMatch(/^Code [A-Z\d]{8}$/);
    const [, code] = (await host()).split(' ');
    const client = await open(`#${code}`);
    await expect.poll(client).toBe(`Code ${code}, heard a datagram`);
    expect(await host()).toBe(`Code ${code}, heard a datagram`);
  } finally {
    await browser.close();
    await page.close();
    for (const command of commands) command.stop('SIGTERM');
    await Promise.all(commands.map(({ ended }) => ended));
    rmSync(root, { recursive: true });
  }
});
