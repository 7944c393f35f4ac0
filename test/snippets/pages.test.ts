import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTerminal } from './new-folder.js';
import { isRun, playPage } from './play-page.js';
import { SCENES } from './scenes/index.js';
import { PAGES, snippetsOf } from './shell-snippets.js';
import type { Terminal } from './terminal.js';

const pages = PAGES.filter((page) => snippetsOf(page).some(isRun));
const isBeside = (page: string) => SCENES[page]?.isBeside ?? !(page in SCENES);

describe('what a page has typed in works beside the README’s simulator and proxy', () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await newTerminal();
    const typed = snippetsOf('README.md');
    const commands = typed.filter(({ text }) => /relais (simulator|proxy)/.test(text));
    expect(commands).toHaveLength(2);
    for (const { text } of commands) await terminal.type(text);
  });
  afterAll(() => terminal[Symbol.asyncDispose]());

  it.concurrent.each(pages.filter(isBeside))('%s', playPage);
});

// Servers of one page have the ports of another's: one page after the other.
describe('what a page has typed in works where it says', () => {
  it.each(pages.filter((page) => !isBeside(page)))('%s', playPage);
});
