import { resolve } from 'node:path';

/** Has Vite take this repository for the package: its sources, by the names that games import. */
export const THIS_PACKAGE = [
  { find: /^relais$/, replacement: resolve('src/index.ts') },
  { find: /^relais\/phaser$/, replacement: resolve('src/phaser/index.ts') },
  { find: /^relais\/udp$/, replacement: resolve('src/peer/index.ts') },
];
