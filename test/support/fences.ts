import { readFileSync } from 'node:fs';

/** A fenced piece of a page. */
export interface Fence {
  /** The line that it begins on, from 1. */
  readonly line: number;
  /** Empty for what has none. */
  readonly language: string;
  readonly text: string;
  /** What stands between the piece before it, or the page's begin, and this one. */
  readonly before: string;
}

/** All fenced pieces of a page, in their order, those in lists included. */
export function allFencesOf(page: string): Fence[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const fences: Fence[] = [];
  let end = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const [mark, indent = '', marks = '', language = ''] =
      /^(\s*)(`{3,}|~{3,})([\w-]*)/.exec(lines[index] ?? '') ?? [];
    if (mark === undefined) continue;
    const length = lines.slice(index + 1).findIndex((line) => line.trim() === marks);
    if (length < 0) throw new Error(`${page}:${index + 1}: This piece has no end.`);
    const own = lines.slice(index + 1, index + 1 + length);
    fences.push({
      line: index + 1,
      language,
      text: own.map((line) => `${line.replace(indent, '')}\n`).join(''),
      before: lines.slice(end, index).join('\n'),
    });
    index += length + 1;
    end = index + 1;
  }
  return fences;
}

/** The fenced pieces of a page that are in one language, each with the line that it begins on. */
export function fencesOf(page: string, language: string): { line: number; text: string }[] {
  return allFencesOf(page).filter((fence) => fence.language === language);
}

/** The files that a page has typed in, by their names: each listing stands below its name. */
export function listingsOf(page: string): Map<string, string> {
  const named = allFencesOf(page).flatMap(({ before, text }) => {
    const [, name] = /^`([\w.]+)`:\n$/m.exec(before.split('\n').slice(-2).join('\n')) ?? [];
    return name === undefined ? [] : [[name, text] as const];
  });
  return new Map(named);
}
