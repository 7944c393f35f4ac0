import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { doctorHelp } from '../../src/cli/doctor-command.js';
import { proxyHelp } from '../../src/cli/proxy-command.js';
import { PROXY_SETTINGS } from '../../src/cli/proxy-settings.js';
import { sessionsHelp } from '../../src/cli/sessions-command.js';
import { simulatorHelp } from '../../src/cli/simulator-command.js';
import { fencesOf } from '../support/fences.js';
import { complaintsAbout } from './compile.js';

const pages = ['README.md', 'CONTRIBUTING.md'].concat(
  readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => `docs/${name}`),
);

/** The fenced pieces of all pages in one language, each under its page and its line. */
function fences(language: string): Map<string, string> {
  return new Map(
    pages.flatMap((page) =>
      fencesOf(page, language).map(({ line, text }) => [`${page}-${line}`, text] as const),
    ),
  );
}

/** The languages of a page's fences; empty for what has none. */
function fenceLanguages(text: string): string[] {
  const marks = [...text.matchAll(/^```(.*)$/gm)];
  return marks.filter((_, index) => index % 2 === 0).map(([, language = '']) => language);
}

/** Whether a page's link leads to a file, and to a heading of it where it names one. */
function isThere(page: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path ? join(dirname(page), path) : page;
  if (!existsSync(file)) return false;
  if (heading === undefined) return true;
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(heading);
}

const HELP: Record<string, string> = {
  proxy: proxyHelp,
  simulator: simulatorHelp,
  sessions: sessionsHelp,
  doctor: doctorHelp,
};

/** What a shell line names that is not there. */
function unknownNames(line: string): string[] {
  const unknown: string[] = [];
  for (const [, script = ''] of line.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g)) {
    if (!(script in manifest.scripts)) unknown.push(`npm run ${script}`);
  }
  // What npm installs is no command of ours, though it has our name.
  const commands = line.replaceAll(/npm install [^|&;]*/g, '');
  const [, command = '', rest = ''] = /\brelais ([a-z]+)([^|&;]*)/.exec(commands) ?? [];
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
  }, 120_000);

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

  it('are in no language that nothing looks at', () => {
    // Diagrams are for people; `test/nginx` runs nginx and HAProxy with what is theirs, `test/browser` a page, and
    // `test/package` the files of a whole game (`typescript`), which do not compile each by itself.
    // `test/deploy` lets promtool read what is Prometheus' (`yaml`), and `test/snippets` runs scripts (`js`).
    const known = /^(ts|typescript|js|sh|bash|mermaid|nginx|haproxy|html|yaml)?$/;
    const unknown = pages.flatMap((page) =>
      fenceLanguages(readFileSync(page, 'utf8'))
        .filter((language) => !known.test(language))
        .map((language) => `${page}: ${language}`),
    );
    expect(unknown).toEqual([]);
  });

  it('are shell that bash can read', () => {
    const complaints = [...fences('sh'), ...fences('bash')].flatMap(([place, script]) => {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      return status === 0 ? [] : [`${place}: ${stderr}`];
    });
    expect(complaints).toEqual([]);
    expect(spawnSync('bash', ['-n'], { input: "echo '" }).status).not.toBe(0);
  });

  it('hand their settings on to the command that needs them', () => {
    for (const [place, script] of fences('sh')) {
      // A line that only sets a variable keeps it from the commands below it.
      const kept = script.match(/^(RELAIS|EDGEGAP)_\w+=\S+\s*(#.*)?$/gm) ?? [];
      expect([place, kept]).toEqual([place, []]);
    }
  });

  it('start the commands so that a signal to stop reaches them, which npx keeps to itself', () => {
    const scripts = [...fences('sh').values()];
    expect(
      scripts.filter((script) => /relais(\/dist\/cli\.js)? (proxy|simulator)/.test(script)),
    ).not.toEqual([]);
    expect(scripts.filter((script) => /npx relais/.test(script))).toEqual([]);
  });

  it('let nginx wait longer than the proxy holds, and hang up before it does', () => {
    const config = [...fences('nginx').values()].join();
    const seconds = (name: string) => Number(new RegExp(`${name} (\\d+)s;`).exec(config)?.[1]);
    const fallback = (setting: string) =>
      Number(PROXY_SETTINGS.find(({ name }) => name === setting)?.fallback);
    expect(seconds('proxy_read_timeout')).toBeGreaterThan(fallback('RELAIS_LONGEST_WAIT'));
    expect(seconds('keepalive_timeout')).toBeLessThan(fallback('RELAIS_KEEP_ALIVE'));
  });

  it('link only to pages and headings that are there', () => {
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !isThere(page, target))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
    expect(isThere('docs/limits.md', 'proxy.md#settings')).toBe(true);
    expect(isThere('docs/limits.md', 'proxy.md#nothing')).toBe(false);
    expect(isThere('docs/limits.md', 'nothing.md')).toBe(false);
  });

  it('name files of this repository that are there', () => {
    const missing = (page: string, text: string) =>
      [...text.matchAll(/`((?:src|test|scripts|\.github)\/[\w./-]+)`/g)]
        .filter(([, path = '']) => !existsSync(path))
        .map(([, path]) => `${page}: ${path}`);
    expect(pages.flatMap((page) => missing(page, readFileSync(page, 'utf8')))).toEqual([]);
    expect(missing('any', 'see `test/nothing.test.ts`')).toEqual(['any: test/nothing.test.ts']);
  });

  it('name source files that are there, by their rooms or by their names alone', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' });
    const missing = (text: string) =>
      [...text.matchAll(/(?<![\w./-])((?:[a-z-]+\/)*[a-z-]+\.ts)\b/g)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(path))
        .filter((path) => !sources.some((source) => `/${source}`.endsWith(`/${path}`)));
    expect(missing(readFileSync('docs/architecture.md', 'utf8'))).toEqual([]);
    expect(missing('api/clock.ts, `common/clock.ts` and nothing.ts')).toEqual([
      'api/clock.ts',
      'nothing.ts',
    ]);
  });
});
