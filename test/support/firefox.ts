import puppeteer, { type Browser } from 'puppeteer-core';

/** Starts a real, headless Firefox that is installed, over WebDriver BiDi. */
export function launchFirefox(): Promise<Browser> {
  const { FIREFOX: executablePath = '/usr/bin/firefox-esr' } = process.env;
  return puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
}
