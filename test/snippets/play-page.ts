import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { listingsOf } from '../support/fences.js';
import { emptyFolder, installPackage } from './new-folder.js';
import { NOT_HERE } from './not-here.js';
import { sameOutput } from './same-output.js';
import { SCENES } from './scenes/index.js';
import type { Scene, Setting, Turn } from './scenes/scene.js';
import { type ShellSnippet, snippetsOf } from './shell-snippets.js';
import { Terminal } from './terminal.js';

/** Whether a snippet is run here, as it stands. */
export const isRun = ({ page, text }: ShellSnippet): boolean =>
  !NOT_HERE.some((one) => one.page === page && text.startsWith(one.begins));

const turnOf = ({ turns = {} }: Scene, { text }: ShellSnippet): Turn =>
  Object.entries(turns).find(([begins]) => text.startsWith(begins))?.[1] ?? {};

/** A folder with what the reader of a page has at hand: the package, and the page's listings. */
async function folderOf(page: string, { files, isEmpty }: Scene): Promise<string> {
  const folder = emptyFolder();
  for (const [name, text] of [...Object.entries(files ?? {}), ...listingsOf(page)])
    writeFileSync(join(folder, name), text);
  if (!isEmpty) await installPackage(folder);
  return folder;
}

/** The snippet as the reader types it. */
function typed(text: string, { replace = [] }: Setting, { setUp = '', and = '' }: Turn): string {
  const own = replace.reduce((rest, [from, to]) => rest.replaceAll(from, to), text);
  return `${setUp}\n${own}${and}`.trim();
}

/** The snippets of a page that are run here, in the order in which they are typed in. */
function turnsOf(page: string, scene: Scene) {
  const turns = snippetsOf(page)
    .filter(isRun)
    .map((snippet) => ({ snippet, turn: turnOf(scene, snippet) }));
  const isFirst = ({ turn }: (typeof turns)[number]) => turn.isFirst === true;
  return [...turns.filter(isFirst), ...turns.filter((one) => !isFirst(one))];
}

/** Types in all snippets of a page that are run here, and compares what is seen with what the page shows. */
export async function playPage(page: string): Promise<void> {
  const scene = SCENES[page] ?? {};
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const setting = (await scene.set?.(closing)) ?? {};
    const turns = turnsOf(page, scene);
    const all = turns.map(({ snippet }) => snippet.text).join('\n');
    for (const [from] of setting.replace ?? []) expect(all).toContain(from);
    await using terminal = new Terminal(await folderOf(page, scene), setting.env);
    for (const { snippet, turn } of turns) {
      await turn.before?.();
      const seen = await terminal.type(typed(snippet.text, setting, turn), turn);
      if (snippet.shows === undefined) continue;
      const place = `${page}:${snippet.line}`;
      const [shown, is] = [snippet.shows, seen].map((text) => sameOutput(text, scene.varies));
      expect(`${place}\n${is}`).toBe(`${place}\n${shown}`);
    }
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
