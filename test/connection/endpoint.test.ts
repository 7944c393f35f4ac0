import { describe, expect, it } from 'vitest';
import type { PlayerSession } from '../../src/api/player-session.js';
import { endpointOf, flawOf } from '../../src/connection/endpoint.js';

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
    [
      'has brackets around an IPv6 address that stands before a port',
      { relay: { ip: '2001:db8::7', ports: { client: { port: 32_001 } } } },
      { host: '2001:db8::7', ip: '2001:db8::7', link: '[2001:db8::7]:32001' },
    ],
    [
      'has them around an IPv6 address that is called the host, too',
      { relay: { host: '::ffff:1.2.3.4', ports } },
      { host: '::ffff:1.2.3.4', ip: undefined, link: '[::ffff:1.2.3.4]:32001' },
    ],
    [
      'has the IP address where the name is empty',
      { relay: { ip: '2.2.2.2', host: '', ports } },
      { host: '2.2.2.2', link: '2.2.2.2:32001' },
    ],
    [
      'has no IP address where it is none',
      { relay: { ip: '<b>2.2.2.2</b>', host: 'relay.example', ports } },
      { ip: undefined },
    ],
    [
      'has a link of its own making',
      {
        relay: {
          ip: '2.2.2.2',
          host: 'relay.example',
          ports: { client: { port: 32_001, link: 'javascript:alert(1)' } },
        },
      },
      {},
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

  const gateway = { url: 'v1/channel', ticket: 'ticket' };

  it('names no relay, not even half of one, where the gateway alone knows it', () => {
    const hidden = { gateway, relay: undefined, authorization_token: undefined };
    expect(endpointOf(change({ ...hidden, session_user: undefined }))).toEqual({
      role: 'client',
      host: '',
      ip: undefined,
      port: 0,
      protocol: 'UDP',
      link: '',
      sessionAuthorizationToken: 0,
      userAuthorizationToken: 0,
    });
  });

  it('is not taken for hidden where the relay is only late', () => {
    expect(endpointOf(change({ gateway, relay: undefined }))).toBeUndefined();
    expect(endpointOf(change({ gateway }))).toMatchObject({ link: 'relay.example:32001' });
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

const at = (relay: object) => change({ relay: { ports, ...relay } });
const atPort = (port: number) =>
  change({ relay: { host: 'relay.example', ports: { client: { port } } } });

describe('a relay', () => {
  it.each([
    'relay.example',
    'relay.example.',
    '7349356945f1.st.edgegap.net',
    'RELAY-7.EXAMPLE',
    'relay_7',
    'xn--bcher-kva.example',
    'localhost',
    '0.0.0.1',
    '255.255.255.255',
    '::1',
    '2001:db8::7',
  ])('is of use with the host %s', (host) => {
    expect(flawOf(at({ host }))).toBeUndefined();
    expect(endpointOf(at({ host }))).toMatchObject({ host });
  });

  it.each([
    'javascript:alert(1)',
    'javascript://relay.example',
    'https://relay.example',
    'relay.example/path',
    'relay.example:32000',
    'user@relay.example',
    'relay example',
    ' relay.example',
    'relay.example ',
    ' ',
    'relay.example\r\nx-evil: 1',
    'relay.example\n',
    'relay.example\0',
    '<b>relay.example</b>',
    'bücher.example',
    'relay..example',
    '.relay.example',
    '-relay.example',
    'relay-.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(126)}aa`,
    '256.1.1.1',
    '1.1.1',
    '1.1.1.1.1',
    '01.1.1.1',
    '1.1.1.0x1',
    '4294967295',
    '[::1]',
    ':::',
    '1::2::3',
    '::1]/',
    'fe80::1%eth0',
    '.',
  ])('is of no use with the host "%s", not even by its address', (host) => {
    expect(flawOf(at({ host, ip: '2.2.2.2' }))).toContain('host');
    expect(endpointOf(at({ host, ip: '2.2.2.2' }))).toBeUndefined();
    expect(flawOf(at({ ip: host }))).toContain('host');
    expect(endpointOf(at({ ip: host }))).toBeUndefined();
  });

  it.each([-1, 0, -0, 65_536, 1e15])('is of no use at the port %d', (port) => {
    expect(flawOf(atPort(port))).toContain('port');
    expect(endpointOf(atPort(port))).toBeUndefined();
  });

  it.each([1, 65_535])('is of use at the port %d', (port) => {
    expect(flawOf(atPort(port))).toBeUndefined();
    expect(endpointOf(atPort(port))).toMatchObject({ port });
  });

  it.each([
    ['not linked', change({ linked: false, relay: { host: '<b>' } })],
    ['not there', change({ relay: undefined })],
    ['not all there', change({ relay: {} })],
    [
      'broken for the other role only',
      at({ host: 'relay.example', ports: { ...ports, server: { port: 0 } } }),
    ],
  ])('is no mistake while it is %s', (_name, session) => {
    expect(flawOf(session)).toBeUndefined();
  });
});
