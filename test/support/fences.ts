import { readFileSync } from 'node:fs';

/** The fenced pieces of a page that are in one language, each with the line that it begins on. */
export function fencesOf(page: string, language: string): { line: number; text: string }[] {
  const content = readFileSync(page, 'utf8');
  return [...content.matchAll(/^```(\w+)[^\n]*\n(.*?)^```/gms)]
    .filter(([, of]) => of === language)
    .map(({ index, 2: text = '' }) => ({
      line: content.slice(0, index).split('\n').length,
      text,
    }));
}
