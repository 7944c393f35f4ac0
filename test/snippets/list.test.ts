import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allFencesOf, listingsOf } from '../support/fences.js';
import { NOT_HERE } from './not-here.js';
import { isRun } from './play-page.js';
import { SCENES } from './scenes/index.js';
import { DOCS, PAGES, type ShellSnippet, snippetsOf } from './shell-snippets.js';

const all = PAGES.flatMap(snippetsOf);
const placeOf = ({ page, line }: ShellSnippet) => `${page}:${line}`;
const ofRepository = readFileSync('.ci/run', 'utf8');

/** Whether `.ci/run` has each of a snippet's commands. */
const isInCi = (text: string) =>
  text
    .trim()
    .split(/ && |\n/)
    .every((command) => ofRepository.split('\n').includes(command));

/** The snippets that an entry of the list is about. */
const meant = ({ page, begins }: { page: string; begins: string }) =>
  all.filter((snippet) => snippet.page === page && snippet.text.startsWith(begins));

describe('the list of what is not run here', () => {
  it('has nothing that is on no page, and each snippet once', () => {
    for (const entry of NOT_HERE)
      expect([entry.begins, meant(entry)]).toMatchObject([entry.begins, [{}]]);
  });

  it('says what tries it instead: a file that is there', () => {
    for (const { begins, instead } of NOT_HERE)
      expect([begins, existsSync(instead)]).toEqual([begins, true]);
  });

  it('leaves to .ci/run what that runs', () => {
    const left = NOT_HERE.filter(({ instead }) => instead === '.ci/run').flatMap(meant);
    expect(left.filter(({ text }) => !isInCi(text)).map(placeOf)).toEqual([]);
    expect(isInCi('npm run nothing')).toBe(false);
  });

  it('keeps those that name files of this repository to such as are there', () => {
    const made = ['deploy/.env', 'deploy/tls'];
    const missing = all
      .filter((snippet) => !isRun(snippet))
      .flatMap(({ text }) => text.match(/\bdeploy\/[\w./-]*\w/g) ?? [])
      .filter((path) => !made.includes(path) && !existsSync(path));
    expect(missing).toEqual([]);
  });
});

describe('what is special about a page', () => {
  it('is about a page and snippets that are there', () => {
    for (const [page, { turns = {} }] of Object.entries(SCENES)) {
      expect(PAGES).toContain(page);
      for (const begins of Object.keys(turns))
        expect([page, begins, meant({ page, begins })]).toMatchObject([page, begins, [{}]]);
    }
  });
});

describe('the scripts of the pages', () => {
  it('are all run: each stands below its name, and a snippet below it names it', () => {
    const scripts = PAGES.flatMap((page) =>
      allFencesOf(page).flatMap((fence) => (fence.language === 'js' ? [{ page, ...fence }] : [])),
    );
    expect(scripts.length).toBeGreaterThan(5);
    const left = scripts.filter(({ page, line, text }) => {
      const [name = '?'] = [...listingsOf(page)].find(([, listing]) => listing === text) ?? [];
      const below = snippetsOf(page).filter((snippet) => snippet.line > line && isRun(snippet));
      return !below.some((snippet) => snippet.text.includes(name));
    });
    expect(left.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });
});

describe('each page of the docs', () => {
  it.each(DOCS)('%s ends in something that was run', (page) => {
    const last = snippetsOf(page).find(({ isLast }) => isLast);
    expect(last).toBeDefined();
    expect(last && (isRun(last) || isInCi(last.text))).toBe(true);
  });
});
