import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROXY_SETTINGS } from '../../src/cli/proxy-settings.js';

const page = readFileSync('docs/gateway.md', 'utf8');
const source = readFileSync('src/gateway/gateway-options.ts', 'utf8');

/** The part of the page that is below a heading. */
const section = (heading: string) =>
  page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';

/** The rows of a section's tables: the names of the first cell, and the other cells. */
const rowsOf = (heading: string) =>
  [...section(heading).matchAll(/^\| (`.+?) \|(.+)\|$/gm)].map(([, names = '', rest = '']) => ({
    names: [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    cells: rest.split('|').map((cell) => cell.trim()),
  }));

/** The options that an interface of the gateway has. */
function optionsOf(name: string): string[] {
  const [, body = ''] = new RegExp(`interface ${name} \\{(.+?)\\n\\}`, 's').exec(source) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, option = '']) => option);
}

it('the gateway’s page has every setting that the command has for it, with the switches’ defaults', () => {
  const settings = PROXY_SETTINGS.filter(({ name }) => name.startsWith('RELAIS_GATEWAY'));
  expect(settings.length).toBeGreaterThan(3);
  const rows = rowsOf('Settings').filter(({ names: [name = ''] }) => name.startsWith('RELAIS_'));
  expect(rows.map(({ names }) => names)).toEqual(settings.map(({ name }) => [name]));
  for (const [index, { fallback }] of settings.entries()) {
    if (/^(on|off)$/.test(fallback)) expect(rows[index]?.cells[0]).toBe(fallback);
  }
});

it('the gateway’s page has every option of createGateway, and every limit', () => {
  const options = rowsOf('Settings').flatMap(({ names }) => names);
  expect(optionsOf('GatewayOptions')).toContain('seats');
  for (const option of optionsOf('GatewayOptions')) expect(options).toContain(option);
  const limits =
    rowsOf('Settings')
      .find(({ names }) => names.includes('limits'))
      ?.cells.join() ?? '';
  expect(optionsOf('GatewayLimits')).toContain('wiresPerAddress');
  for (const limit of optionsOf('GatewayLimits')) expect(limits).toContain(`\`${limit}\``);
});
