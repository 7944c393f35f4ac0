import { type Browser, chromium } from 'playwright-core';

/**
 * Starts a real, headless Chromium: the one from the npm package, or, where that has no binary for the
 * platform, a Chrome that is installed.
 */
export async function launchChromium(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--js-flags=--expose-gc'];
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return chromium.launch({ channel: 'chrome', args });
  }
  const { default: packaged } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packaged.executablePath(), args });
}
