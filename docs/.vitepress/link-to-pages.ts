import type { MarkdownOptions } from 'vitepress';

/** A recipe's file, as the pages link to it. */
const RECIPE = /recipes\/(\w+)\.tsx?$/;
/** The README, which is the site's first page. */
const README = /(?:^|(?<=\/))README\.md/;

/** Has links that lead to files in the repository lead to the pages that the site makes of them. */
export const linkToPages: NonNullable<MarkdownOptions['config']> = (markdown) => {
  markdown.core.ruler.push('link-to-pages', ({ tokens }) => {
    for (const { children } of tokens) {
      for (const link of children ?? []) {
        const href = link.attrGet('href');
        if (href === null) continue;
        link.attrSet('href', href.replace(RECIPE, 'recipes/$1.md').replace(README, 'index.md'));
      }
    }
  });
};
