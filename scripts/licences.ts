// Writes beside a bundle the licences of the libraries that are in it, as these want it.
import { readFileSync } from 'node:fs';
import plugin, { type Dependency } from 'rollup-plugin-license';
import type { Plugin } from 'vite';

/** The plugin as it is: its types know only of one that TypeScript's own modules import. */
const license = plugin as unknown as typeof plugin.default;

/** The MIT licence's words, without anybody's copyright: those of our own. */
const MIT = readFileSync('LICENSE', 'utf8').replace(/^Copyright.*\n/m, 'COPYRIGHT\n');

/** Whose packages come without a licence's words: their repository has MIT's, with this line. */
const COPYRIGHTS: readonly (readonly [RegExp, string])[] = [
  [/^(@redis\/.+|redis)$/, 'Copyright (c) 2022-2025, Redis, inc.'],
];

/** @throws where a package says nowhere what its licence is: then somebody has to look. */
function wordsOf({ name, license: kind, licenseText, noticeText }: Dependency): string {
  if (licenseText) return noticeText ? `${licenseText}\n\n${noticeText}` : licenseText;
  const [, copyright] = COPYRIGHTS.find(([names]) => names.test(name ?? '')) ?? [];
  if (kind === 'MIT' && copyright) return MIT.replace('COPYRIGHT', copyright);
  throw new Error(`${name} is bundled, and comes without its licence. See scripts/licences.ts.`);
}

const entryFor = (library: Dependency) =>
  [
    `Name: ${library.name}`,
    `Version: ${library.version}`,
    `License: ${library.license}`,
    'License Text:',
    wordsOf(library).trim(),
  ].join('\n');

/** A plugin for a build that bundles libraries. */
export const writeLicences = (file: string) =>
  license({
    thirdParty: {
      output: {
        file,
        template: (libraries) => `${libraries.map(entryFor).join('\n\n\n')}\n`,
      },
    },
  }) as unknown as Plugin;
