import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { DOCKERFILE, lastOf, stagesOf } from './dockerfile.js';

const stages = stagesOf();
const image = stages.at(-1);
if (!image) throw new Error('The Dockerfile has no stage.');

it('a Dockerfile’s linter has nothing to say', () => {
  expect(validate(readFileSync(DOCKERFILE, 'utf8'))).toEqual([]);
});

it('the image is built in one stage, and runs in another on the same slim Node', () => {
  expect(stages.map(({ name }) => name)).toEqual(['build', 'image']);
  for (const { base } of stages) expect(base).toMatch(/^node:\d+-bookworm-slim$/);
});

it('the image’s command is Node itself, so that it is told to stop, and it is not root', () => {
  expect(lastOf(image, 'ENTRYPOINT').words).toEqual(['node', '/relais/dist/cli.js']);
  expect(lastOf(image, 'CMD').words[0]).toBe('proxy');
  expect(lastOf(image, 'USER').words).toEqual(['1000:1000']);
});
