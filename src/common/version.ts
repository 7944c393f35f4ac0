/** The version of this package. To import `package.json` would put all of that into each bundle; a test compares. */
export const VERSION = '0.1.0';
