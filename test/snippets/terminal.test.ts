import { describe, expect, it } from 'vitest';
import { newTerminal } from './new-folder.js';
import { sameOutput } from './same-output.js';

const simulator = 'relais simulator --port 0';
const isUp = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('what is typed in', () => {
  it('fails where one of its lines does, and shows what was said', async () => {
    const terminal = await newTerminal();
    await expect(terminal.type('echo this; false; echo that')).rejects.toThrow('with 1: this\n');
    expect(await terminal.type('echo this; exit 3', { exit: 3 })).toBe('this\n');
  });

  it('goes on where it serves, and ends at SIGTERM when the terminal is closed', async () => {
    const terminal = await newTerminal();
    const [url = ''] = /http\S+/.exec(await terminal.type(simulator)) ?? [];
    expect(await isUp(url)).toBe(true);
    await terminal[Symbol.asyncDispose]();
    expect(await isUp(url)).toBe(false);
  });

  it('fails where what is to serve does not listen', async () => {
    const terminal = await newTerminal();
    await expect(terminal.type(`${simulator} --nothing`)).rejects.toThrow("option '--nothing'");
    await terminal[Symbol.asyncDispose]();
  });

  it('finds what npm installs, and nothing that nobody has installed', async () => {
    const terminal = await newTerminal();
    const load = 'node --input-type=module --eval "await import(\'ws\')"';
    await expect(terminal.type(load)).rejects.toThrow('ERR_MODULE_NOT_FOUND');
    await terminal.type(`npm install ws\n${load}`);
    await expect(terminal.type('npm install nobody-has-this')).rejects.toThrow('ended with 1');
  });
});

describe('what is shown and what is seen', () => {
  it('are the same but for ids, join codes and blanks', () => {
    const shown =
      'ID              AGE\na80b42f96b2f-S  6s\nguest-3d5850c4-bd10-4077-8075-1c1445f0bdaa K7QGMBKH';
    const seen =
      'ID             AGE\n1f7b78106809-S 6s\nguest-00000000-0000-0000-0000-000000000000 BBBB6789\n';
    expect(sameOutput(shown)).toBe(sameOutput(seen));
    expect(sameOutput(shown)).not.toBe(sameOutput(seen.replace('6s', '7s')));
    expect(sameOutput(shown, [/\d+s/g])).toBe(sameOutput(seen.replace('6s', '7s'), [/\d+s/g]));
  });
});
