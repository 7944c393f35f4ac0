import { readdirSync } from 'node:fs';
import { allFencesOf } from '../support/fences.js';

/** What a page has the reader type into a terminal. */
export interface ShellSnippet {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** What the page says that it prints: a piece without a language right below it. */
  readonly shows: string | undefined;
  /** Whether nothing else of the page's is run after it. */
  readonly isLast: boolean;
}

const pagesIn = (folder: string) =>
  readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort();

/** The pages that people write, below `docs/`. */
const WRITTEN = pagesIn('docs')
  .filter((name) => !name.startsWith('api/'))
  .map((name) => `docs/${name}`);

/** All pages: those, and the ones beside `docs/`. */
export const PAGES = [...pagesIn('.'), ...WRITTEN];

/** The pages of the docs, without the recipes' common frame: that has nothing in it but the recipe. */
export const DOCS = WRITTEN.filter((page) => page !== 'docs/recipes/[recipe].md');

/** The languages that a reader may take for something to type into a terminal. */
const SHELL = /^(sh|bash|zsh|shell|shellscript|shell-session|console|terminal)$/;

export function snippetsOf(page: string): ShellSnippet[] {
  const fences = allFencesOf(page);
  const isShell = (index: number) => SHELL.test(fences[index]?.language ?? '');
  return fences.flatMap(({ line, text }, index) => {
    if (!isShell(index)) return [];
    const next = fences[index + 1];
    const shows = next?.language === '' && next.before.trim() === '' ? next.text : undefined;
    const end = shows === undefined ? index + 1 : index + 2;
    return [{ page, line, text, shows, isLast: end === fences.length }];
  });
}
