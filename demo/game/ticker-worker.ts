import { RATE } from './netcode.js';

// Ticks for a page whose tab is hidden, too: there a page's own timers fire once a second, or more seldom, and a
// worker's go on.
setInterval(() => postMessage(undefined), 1_000 / RATE);
