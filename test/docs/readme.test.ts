import ts from 'typescript';
import { expect, it } from 'vitest';
import { fencesOf } from '../support/fences.js';
import { startStack } from '../support/stack.js';

/** The README's function that polls by hand, at another proxy than the one that it names. */
async function importPolling(proxyUrl: string): Promise<{ createMatch(login: string): unknown }> {
  const { text = '' } =
    fencesOf('README.md', 'ts').find(({ text }) => text.includes('function createMatch')) ?? {};
  expect(text).toContain('https://studio.example/relay/');
  const source = text
    .replace('https://studio.example/relay/', `${proxyUrl}/`)
    .replace('2_000', '100');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}

it('what the README compares Relais with, polling by hand, works as well', async () => {
  await using stack = await startStack();
  const guest = await fetch(`${stack.proxyUrl}/v1/guests`, { method: 'POST' });
  const { token } = (await guest.json()) as { token: string };
  const { createMatch } = await importPolling(stack.proxyUrl);
  expect(await createMatch(token)).toMatchObject({ ready: true, linked: true, role: 'server' });
});
