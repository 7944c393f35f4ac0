import { type Browser, chromium } from 'playwright-core';

/**
 * Starts a real, headless Chromium: the one from the npm package, or, where that has no binary for the
 * platform, a Chrome that is installed.
 *
 * @param more - Flags that a test needs beside those that all have.
 */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const common = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--js-flags=--expose-gc'];
  const args = [...common, ...more];
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return chromium.launch({ channel: 'chrome', args });
  }
  const { default: packaged } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packaged.executablePath(), args });
}

/**
 * Starts a whole Chromium or Chrome that is installed, with what Playwright turns off and players have: the
 * back-forward cache. The one from the npm package is a shell around the engine, and has none.
 */
export async function launchWholeChromium(): Promise<Browser> {
  const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
  return chromium.launch({
    executablePath,
    headless: false,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
  });
}
