import puppeteer from 'puppeteer-core';
import type { EngineBrowser } from './engine.js';
import { drivenByPuppeteer } from './puppeteer.js';

/**
 * Starts the Chromium that is installed, with what drivers turn off and players have: the back-forward cache, and slow
 * timers in hidden tabs. Not by Playwright, which has each page believe that it is in front.
 */
export async function startChromium(): Promise<EngineBrowser> {
  const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env;
  const browser = await puppeteer.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
    ignoreDefaultArgs: [
      '--disable-back-forward-cache',
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  });
  return drivenByPuppeteer(browser);
}
