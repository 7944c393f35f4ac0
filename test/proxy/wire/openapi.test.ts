import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { GameClient } from '../../support/game-client.js';
import { hostByGateway } from '../../support/gateway-game.js';
import { startStack } from '../../support/stack.js';

// biome-ignore lint/suspicious/noExplicitAny: A test looks into whatever came.
type Part = any;

async function read(): Promise<Part> {
  await using stack = await startStack();
  return (await fetch(`${stack.proxyUrl}/openapi.json`)).json();
}

/** The value and all that is in it, however deep. */
function partsOf(value: Part): Part[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(partsOf)];
}

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

  it('says of every number whether it is whole, and how large', async () => {
    const document = await read();
    const token = { type: 'integer', format: 'int64', minimum: 0, maximum: 4_294_967_295 };
    const port = { type: 'integer', format: 'int64', minimum: 1, maximum: 65_535 };
    const { properties } = document.components.schemas.PlayerSession;
    expect(properties.authorization_token).toEqual(token);
    expect(properties.session_user.properties.authorization_token).toEqual(token);
    expect(properties.relay.properties.ports.properties.server.properties.port).toEqual(port);
    expect(properties.relay.properties.ports.properties.client.properties.port).toEqual(port);
    const numbers = partsOf(document).filter(({ type }) => type === 'number' || type === 'integer');
    expect(numbers.length).toBeGreaterThan(10);
    for (const { type, format, minimum } of numbers) {
      if (type === 'number') expect(format).toBe('double');
      else expect([format, typeof minimum]).toEqual(['int64', 'number']);
    }
    // Where an answer stands, and what a filter compares with, are all that need not be whole.
    expect(numbers.filter(({ type }) => type === 'number')).toHaveLength(3);
  });

  it('refers to what lists hold by its name', async () => {
    const document = await read();
    const { Create, PlayerSession, PlayerSessionList } = document.components.schemas;
    const lists = [PlayerSessionList.properties.sessions, PlayerSession.properties.players];
    expect([...lists, Create.properties.filters].map(({ items }) => items)).toEqual(
      ['PlayerSession', 'Player', 'Filter'].map((name) => ({
        $ref: `#/components/schemas/${name}`,
      })),
    );
  });

  it('lists what every operation may answer, 431 included', async () => {
    const document = await read();
    const operations = partsOf(document.paths).filter(({ operationId }) => operationId);
    expect(operations).toHaveLength(7);
    for (const { responses } of operations) {
      for (const status of ['400', '429', '431', '500', '503']) {
        expect(responses[status].content['application/json'].schema).toEqual({
          $ref: '#/components/schemas/Refusal',
        });
      }
    }
  });

  it('says what a game sends to join, and when a guest token ends', async () => {
    const { Authorize, Guest, PlayerSession } = (await read()).components.schemas;
    const { join_code, session_id } = Authorize.properties;
    expect(join_code.description).toContain('8 characters of 6789BCDFGHJKLMNPQRTW, in upper case');
    expect(session_id.description).toContain('no join code');
    expect(PlayerSession.properties.join_code.pattern).toBe('^[6789BCDFGHJKLMNPQRTW]{8}$');
    expect(Guest.properties.expires_at.format).toBe('date-time');
  });

  it('says how a page comes by the gateway, and where it opens its channel', async () => {
    const document = await read();
    const { Authorize, Create, PlayerSession } = document.components.schemas;
    for (const body of [Authorize, Create]) {
      expect(body.properties.via).toMatchObject({ enum: ['gateway'] });
      expect(body.properties.via.description).toContain('by the gateway');
      expect(body.required ?? []).not.toContain('via');
    }
    const { gateway } = PlayerSession.properties;
    expect(gateway.required).toEqual(['url', 'ticket']);
    expect(gateway.description).toContain('within five minutes');
    expect(document.paths['/v1/channel'].description).toContain('`relais.v1`');
  });

  it('describes what a player who comes by the gateway is answered', async () => {
    await using stack = await startStack({}, { gateway: {} });
    const { session } = await hostByGateway(stack.proxyUrl);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(await read(), 'openapi');
    const validate = ajv.getSchema('openapi#/components/schemas/PlayerSession');
    expect([validate?.(session), validate?.errors]).toEqual([true, null]);
    expect(session.gateway?.url).toBe('v1/channel');
    expect(validate?.({ ...session, gateway: { url: 'v1/channel' } })).toBe(false);
  });

  it('describes what the proxy answers', async () => {
    await using stack = await startStack({ linkDelay: 10 });
    const host = await GameClient.guest(stack.proxyUrl);
    const session = await host.linked((await host.create()).body);
    const list = (await host.send('GET', '/v1/relays/sessions')).body;
    const guest = (await host.send('POST', '/v1/guests')).body;
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(await read(), 'openapi');
    for (const [name, body] of Object.entries({
      PlayerSession: session,
      PlayerSessionList: list,
      Guest: guest,
      Refusal: (await host.send('GET', '/')).body,
    })) {
      const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
      expect([name, validate?.(body), validate?.errors]).toEqual([name, true, null]);
    }
    expect(guest.expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
