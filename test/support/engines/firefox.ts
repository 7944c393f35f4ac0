import { launchFirefox } from '../firefox.js';
import type { EngineBrowser } from './engine.js';
import { drivenByPuppeteer } from './puppeteer.js';

/** Starts the Firefox that is installed, over WebDriver BiDi. */
export async function startFirefox(): Promise<EngineBrowser> {
  return drivenByPuppeteer(await launchFirefox());
}
