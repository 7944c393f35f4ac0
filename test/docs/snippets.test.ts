import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { proxyHelp } from '../../src/cli/proxy-command.js';
import { simulatorHelp } from '../../src/cli/simulator-command.js';
import { complaintsAbout } from './compile.js';

const pages = ['README.md', 'CONTRIBUTING.md'].concat(
  readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => `docs/${name}`),
);

/** The fenced pieces of all pages in one language, each under its page and its line. */
function fences(language: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const page of pages) {
    const text = readFileSync(page, 'utf8');
    for (const match of text.matchAll(/^```(\w+)[^\n]*\n(.*?)^```/gms)) {
      const line = text.slice(0, match.index).split('\n').length;
      if (match[1] === language) found.set(`${page}-${line}`, match[2] ?? '');
    }
  }
  return found;
}

const HELP: Record<string, string> = { proxy: proxyHelp, simulator: simulatorHelp };

/** What a shell line names that is not there. */
function unknownNames(line: string): string[] {
  const unknown: string[] = [];
  for (const [, script = ''] of line.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g)) {
    if (!(script in manifest.scripts)) unknown.push(`npm run ${script}`);
  }
  const [, command = '', rest = ''] = /\brelais ([a-z]+)([^|&;]*)/.exec(line) ?? [];
  if (command && !(command in HELP)) unknown.push(`relais ${command}`);
  const help = HELP[command] ?? '';
  for (const [flag] of rest.matchAll(/--[a-z-]+/g)) {
    if (!help.includes(flag)) unknown.push(`relais ${command} ${flag}`);
  }
  for (const [, setting = ''] of line.matchAll(/\b((?:RELAIS|EDGEGAP)_[A-Z_]+)=/g)) {
    if (!Object.values(HELP).some((text) => text.includes(setting))) unknown.push(setting);
  }
  return unknown;
}

describe('the snippets of README and docs', () => {
  it('compile, each by itself, against the package as it is', () => {
    const snippets = fences('ts');
    expect(snippets.size).toBeGreaterThan(10);
    const ofSimulator = [...snippets.keys()].filter((name) => name.startsWith('docs/simulator.md'));
    expect(ofSimulator.length).toBeGreaterThan(2);
    expect(complaintsAbout(snippets)).toEqual([]);
    const wrong = new Map([['wrong', "import { nothing } from 'relais/simulator';\nnothing();"]]);
    expect(complaintsAbout(wrong)).toHaveLength(1);
  }, 60_000);

  it('name npm scripts, commands, flags and settings that exist', () => {
    const lines = [...fences('sh').values(), ...fences('bash').values()].flatMap((text) =>
      text.replaceAll('\\\n', ' ').split('\n'),
    );
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.flatMap(unknownNames)).toEqual([]);
    expect(unknownNames('RELAIS_NOTHING=1 relais proxy --nothing && npm run nothing')).toEqual([
      'npm run nothing',
      'relais proxy --nothing',
      'RELAIS_NOTHING',
    ]);
  });

  it('link only to pages that are there', () => {
    const broken: string[] = [];
    for (const page of pages) {
      const text = readFileSync(page, 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/')) : '.';
        try {
          readFileSync(`${folder}/${target}`);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EISDIR') broken.push(`${page}: ${target}`);
        }
      }
    }
    expect(broken).toEqual([]);
  });
});
