import { startFirefox } from '../support/engines/firefox.js';
import { testEngine } from './suite.js';

testEngine('firefox', startFirefox);
