import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.js';

describe('/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document of every player’s route', async () => {
    await using stack = await startStack();
    const answer = await fetch(`${stack.proxyUrl}/openapi.json`);
    const source = await answer.text();
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source, config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
    const document = JSON.parse(source);
    expect(document.openapi).toMatch(/^3\.1/);
    const operations = Object.values<Record<string, { operationId?: string }>>(document.paths)
      .flatMap((path) => Object.values(path))
      .map(({ operationId }) => operationId)
      .filter(Boolean);
    expect(operations.sort()).toEqual([
      'guest-create',
      'relay-session-create',
      'relay-session-delete',
      'relay-session-get',
      'relay-session-list',
      'relay-user-authorize',
      'relay-user-revoke',
    ]);
    expect(document.components.schemas.Revoke.properties.after).toMatchObject({ maximum: 300 });
    expect(document.components.schemas.PlayerSession.required).toContain('session_id');
  });
});
