import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

/** What each recipe is for, its file, and what it needs beside Relais. */
const RECIPES = [
  { name: 'phaser', file: 'phaser.ts', title: 'Phaser', packages: ['phaser'] },
  { name: 'playcanvas', file: 'playcanvas.ts', title: 'PlayCanvas', packages: ['playcanvas'] },
  { name: 'babylon', file: 'babylon.ts', title: 'Babylon.js', packages: ['@babylonjs/core'] },
  { name: 'three', file: 'three.ts', title: 'Three.js', packages: ['three'] },
  { name: 'react', file: 'react.tsx', title: 'React', packages: ['react', 'react-dom'] },
  { name: 'canvas', file: 'canvas.ts', title: 'no engine', packages: [] },
  { name: 'electron', file: 'electron.ts', title: 'Electron', packages: ['electron'] },
];

/** One page for each recipe: what the file says of itself, and the file. */
export default {
  watch: ['./*.{ts,tsx}'],
  paths: () =>
    RECIPES.map(({ name, file, title, packages }) => ({
      params: { recipe: name },
      content: pageOf(file, title, packages),
    })),
};

function pageOf(file: string, title: string, packages: readonly string[]): string {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8').trimEnd();
  return [
    `# Quick start: ${title}`,
    'The [proxy, its gateway and a simulated relay](../getting-started.md) must run first. Then:',
    `\`\`\`sh\nnpm install ${['relais', ...packages].join(' ')}\n\`\`\``,
    `Copy this file as \`${file}\`; its first lines say how to call it.`,
    `\`\`\`${extname(file).slice(1)}\n${source}\n\`\`\``,
    'How many datagrams to send, how large, and what hidden tabs do:' +
      ' [playing over the channel](../playing-over-the-channel.md).',
  ].join('\n\n');
}
