import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import { endpointOf } from '../../src/connection/endpoint.js';

const ports = { client: { port: 32_001, protocol: 'UDP', link: 'relay.example:32001' } };
const linked = {
  session_id: '7349356945f1-S',
  ready: true,
  linked: true,
  role: 'client',
  authorization_token: 3_500_589_645,
  session_user: { authorization_token: 21_986_334 },
  relay: { ip: '2.2.2.2', host: 'relay.example', ports },
} as unknown as PlayerSession;
const change = (changes: object): PlayerSession => ({ ...linked, ...changes });

describe('the endpoint', () => {
  it.each([
    ['has all that the netcode needs', {}, {}],
    [
      'has the relay’s IP address where it has no name',
      { relay: { ip: '2.2.2.2', ports: { client: { port: 32_001 } } } },
      { host: '2.2.2.2', link: '2.2.2.2:32001' },
    ],
    [
      'has no IP address where the service tells none',
      { relay: { host: 'relay.example', ports } },
      { ip: undefined },
    ],
    [
      'takes 0 for a token like any other',
      { authorization_token: 0, session_user: { authorization_token: 0 } },
      { sessionAuthorizationToken: 0, userAuthorizationToken: 0 },
    ],
  ])('%s', (_name, changes, expected) => {
    expect(endpointOf(change(changes))).toEqual({
      role: 'client',
      host: 'relay.example',
      ip: '2.2.2.2',
      port: 32_001,
      protocol: 'UDP',
      link: 'relay.example:32001',
      sessionAuthorizationToken: 3_500_589_645,
      userAuthorizationToken: 21_986_334,
      ...expected,
    });
  });

  it.each([
    ['the flag', { linked: false }],
    ['the relay', { relay: null }],
    ['the port of the player’s role', { role: 'server' }],
    ['the relay’s name and address', { relay: { ports } }],
    ['the session’s token', { authorization_token: undefined }],
    ['the player’s token', { session_user: null }],
  ])('is not there without %s', (_name, changes) => {
    expect(endpointOf(change(changes))).toBeUndefined();
  });
});
