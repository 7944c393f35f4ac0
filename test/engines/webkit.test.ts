import { startWebKit } from '../support/engines/webkit.js';
import { testEngine } from './suite.js';

testEngine('webkit', startWebKit);
