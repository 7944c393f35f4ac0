import { describeAxe } from '../support/demo-axe.js';

describeAxe('light');
