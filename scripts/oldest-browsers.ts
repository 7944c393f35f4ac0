/**
 * The oldest version of each browser that Relais is built for and tested against, in the names of Vite's
 * `build.target`. README.md and docs/getting-started.md say the same to games.
 */
export const OLDEST_BROWSERS = { chrome: 108, edge: 108, firefox: 115, safari: 16, ios: 16 };
