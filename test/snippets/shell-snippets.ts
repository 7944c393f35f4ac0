import { readdirSync, readFileSync } from 'node:fs';
import { allFencesOf, type Fence } from '../support/fences.js';

/** What a page has the reader type into a terminal. */
export interface ShellSnippet {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** What the page says that it prints: a piece without a language right below it. */
  readonly shows: string | undefined;
  /** Whether the page ends in it: no other piece and no heading comes after it, but perhaps a word about it. */
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

/** Whether there is a heading below a line. */
const hasHeadingBelow = (page: string, line: number) =>
  readFileSync(page, 'utf8')
    .split('\n')
    .slice(line)
    .some((text) => /^#+ /.test(text));

/** The line that a piece ends on. */
const endOf = ({ line, text }: Fence) => line + text.split('\n').length;

/** What a page has the reader type in, in its order. */
export function snippetsOf(page: string): ShellSnippet[] {
  const fences = allFencesOf(page);
  return fences.flatMap((fence, index) => {
    const { line, language, text } = fence;
    if (!SHELL.test(language)) return [];
    const next = fences[index + 1];
    const isShown = next?.language === '' && next.before.trim() === '';
    const last = isShown ? next : fence;
    const isLast = last === fences.at(-1) && !hasHeadingBelow(page, endOf(last));
    return [{ page, line, text, shows: isShown ? next.text : undefined, isLast }];
  });
}
