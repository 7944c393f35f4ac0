import { startChromium } from '../support/engines/chromium.js';
import { testEngine } from './suite.js';

testEngine('chromium', startChromium);
