import { runInNewContext, runInThisContext } from 'node:vm';
import { build } from 'esbuild-wasm';
import { describe, expect, it } from 'vitest';
import { codeOf, isRelayError, RelayError } from '../../src/common/relay-error.js';
import { refusalFrom } from '../../src/proxy/proxy-error.js';

type Copy = { readonly RelayError: typeof RelayError; readonly isRelayError: typeof isRelayError };

/** Another copy of the library, as a second bundle has it; in a realm of its own, as an iframe has it. */
async function anotherCopy(realm?: object): Promise<Copy> {
  const { outputFiles } = await build({
    entryPoints: ['src/common/relay-error.ts'],
    bundle: true,
    format: 'iife',
    globalName: 'copy',
    write: false,
  });
  const code = `${outputFiles[0]?.text}; copy`;
  return realm ? runInNewContext(code, realm) : runInThisContext(code);
}

describe('an error of another copy of the library', () => {
  it.each([
    ['a second bundle', undefined],
    ['another realm', {}],
  ])('is one of ours, whoever asks: %s', async (_name, realm) => {
    const copy = await anotherCopy(realm);
    const theirs = new copy.RelayError('not-found', 'No such session.', { status: 404 });
    const ours = new RelayError('not-found', 'No such session.', { status: 404 });
    expect(theirs).not.toBeInstanceOf(RelayError);
    expect([theirs, ours].map(isRelayError)).toEqual([true, true]);
    expect([theirs, ours].map(copy.isRelayError)).toEqual([true, true]);
    expect(codeOf(theirs)).toBe('not-found');
    expect(refusalFrom(theirs)).toMatchObject({ status: 404, code: 'not-found' });
  });
});

describe('what is no error of Relais', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['words', 'not-found'],
    ['another error', new Error('No.')],
    ['what looks like one', { name: 'RelayError', code: 'not-found', message: 'No.' }],
    ['what came as JSON', JSON.parse('{"Symbol(relais.RelayError)":true}')],
  ])('is none: %s', (_name, value) => {
    expect(isRelayError(value)).toBe(false);
    expect(codeOf(value)).toBeUndefined();
  });
});
