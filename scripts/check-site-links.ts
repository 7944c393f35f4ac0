// Checks the built site: each link within it must lead to a file that is there, and to a place within that page.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const SITE = 'dist-docs';
const pages = new Map<string, { ids: Set<string>; links: string[] }>();
for (const path of readdirSync(SITE, { recursive: true, encoding: 'utf8' })) {
  if (!path.endsWith('.html')) continue;
  const html = readFileSync(join(SITE, path), 'utf8');
  const all = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, value = '']) => value);
  pages.set(path, {
    ids: new Set(all(/ id="([^"]+)"/g)),
    links: all(/<a [^>]*?href="([^"]+)"/g).map((link) => link.replaceAll('&amp;', '&')),
  });
}

const broken: string[] = [];
for (const [path, { links }] of pages) {
  for (const link of links) {
    if (/^[a-z]+:/.test(link)) continue;
    const { pathname, hash } = new URL(link, `file:///${path}`);
    const target = pageAt(posix.normalize(decodeURIComponent(pathname)).slice(1));
    if (!existsSync(join(SITE, target))) broken.push(`${path}: there is no ${link}`);
    else if (hash && !pages.get(target)?.ids.has(decodeURIComponent(hash.slice(1)))) {
      broken.push(`${path}: ${link} leads to no place on that page`);
    }
  }
}
process.stdout.write(`${pages.size} pages, ${broken.length} broken links\n${broken.join('\n')}\n`);
process.exitCode = broken.length > 0 ? 1 : 0;

/** The file that a server answers with: a folder's is its index. */
function pageAt(path: string): string {
  if (path === '' || path.endsWith('/')) return `${path}index.html`;
  return existsSync(join(SITE, `${path}.html`)) ? `${path}.html` : path;
}
