import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { RelaySession } from '../../../src/api/schemas.js';
import { hideSecrets } from '../../../src/proxy/reports/hide-secrets.js';
import type { LogEntry } from '../../../src/proxy/reports/log.js';
import { sharedDocument } from '../../../src/proxy/watch/player-document.js';
import { GameClient } from '../../support/game-client.js';
import { API_TOKEN, startStack } from '../../support/stack.js';

const FAILED = 'The relay service reports that the session failed.';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJub25jZSI6IngifQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

/** What the service may write, and what neither a player nor the log may get to read of it. */
const SECRETS: readonly (readonly [written: string, secret: string])[] = [
  [API_TOKEN, API_TOKEN],
  ['wss://relais.invalid/v1/webhooks/abc', 'relais.invalid'],
  ['relais.invalid/v1/webhooks/abc', 'webhooks'],
  [JWT, JWT.slice(40)],
  ['user_198.51.100.77_x', '198.51.100.77'],
  ['198 51 100 77', '198'],
  ['３５００５８９６４５', '３５００'],
  ['2001:db8::dead:beef', 'beef'],
  ['3,500,589,645', '589'],
  ['3 500 589 645', '589'],
  ['0xD0A1B2C5', 'D0A1B2C5'],
  ['token=swordfish', 'swordfish'],
  ['K7QG-MBKH', 'MBKH'],
  ['BCDF-GHJK', 'GHJK'],
  ['ab'.repeat(25_000), 'abababab'],
  ['\ud800secret', 'secret'],
];

/** A stack whose host's session fails with these words, what the host reads of it then, and the log's text. */
async function failWith(error: string) {
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry) => entries.push(entry);
  await using stack = await startStack({ linkDelay: 60_000 }, { log });
  const host = await GameClient.guest(stack.proxyUrl);
  const session = (await host.create()).body;
  stack.simulator.failSession(session.session_id, error);
  await expect.poll(async () => (await host.get(session)).body.error).toBeTruthy();
  const { body } = await host.get(session);
  const failures = entries.filter((entry) => entry.event === 'failure');
  return { body, failures, session };
}

describe('why a session failed', () => {
  it('is told to players in the proxy’s own sentence, and to the log once, redacted', async () => {
    const words = SECRETS.map(([written]) => `of ${written}`).join(' ');
    const { body, failures, session } = await failWith(`No relay near. It is ${words}.`);
    expect(body.error).toBe(FAILED);
    expect(failures).toEqual([
      {
        event: 'failure',
        at: expect.stringMatching(/Z$/),
        message: expect.stringContaining('The relay service says: No relay near. It is of …'),
        session: session.session_id,
      },
    ]);
    for (const [, secret] of SECRETS) {
      expect(JSON.stringify(body)).not.toContain(secret);
      expect(JSON.stringify(failures)).not.toContain(secret);
    }
  });

  it.each(SECRETS)('is hidden from the log: secret %#', (written, secret) => {
    for (const text of [written, `(${written})`, `User ${written}.`, `a=${written};b`]) {
      expect(hideSecrets(text, [API_TOKEN])).not.toContain(secret);
    }
  });

  it('hides what is known to be secret, even where it reads like a word', () => {
    expect(hideSecrets('The token hunter is refused.', ['hunter'])).toBe('The token … is refused.');
  });

  it('is bounded in the log, however long it is, and keeps what is a sentence', () => {
    expect(hideSecrets("The relay isn't there (yet): it's re-linked; why?", [])).toBe(
      "The relay isn't there (yet): it's re-linked; why?",
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.nat(3_000), (unit, times) => {
        const told = hideSecrets(unit.repeat(times), []);
        expect(told.length).toBeLessThanOrEqual(2_001);
        expect(told).not.toMatch(/[^\s"'(),.:;!?a-z…-]/i);
      }),
    );
  });
});

/** What all players read of a session of which the service says this. */
function told(part: object) {
  const session = { session_id: 'a', status: 'x', ready: true, linked: true, ...part };
  return sharedDocument({
    session: v.parse(RelaySession, session),
    seats: [],
    joinCode: undefined,
  });
}

it.each(['Linked', 'READY', 'In progress', 'not_ready'])('the status %s is told', (status) => {
  expect(told({ status }).status).toBe(status);
});

it.each([...SECRETS.map(([written]) => written).filter((written) => /[^A-Z-]/.test(written)), ''])(
  'a status with secret %# is told as Unknown',
  (status) => {
    expect(told({ status }).status).toBe('Unknown');
  },
);

it.each([
  ['port', -1],
  ['port', 0],
  ['port', 65_536],
  ['port', 1e15],
  ['protocol', '<b>'],
  ['protocol', JWT],
  ['link', 'javascript:alert(1)'],
  ['link', 'relay.example:0'],
  ['link', 'relay.example:65536'],
  ['link', 'a b:1'],
  ['link', '<a>:1'],
  ['link', 'relay.example:1\r\nx: y'],
])('a relay’s %s is left out where it is %j', (name, value) => {
  const good = { port: 32_000, protocol: 'UDP', link: 'relay.example:32000' };
  const relay = { host: 'relay.example', ports: { client: { ...good, [name]: value } } };
  const { client } = told({ relay }).relay?.ports ?? {};
  expect(client).toEqual({ ...good, [name]: undefined });
});

it.each(['javascript:alert(1)', 'a b', 'a\r\nb', '<b>', '', '..', '-', 'x'.repeat(254), 'é'])(
  'a relay’s host and IP address are left out where they are %j',
  (text) => {
    const relay = { host: text, ip: text };
    expect(told({ relay }).relay).toEqual({});
  },
);

it.each(['relay.example', '7349356945f1.st.edgegap.net', '2.2.2.2', '2001:db8::1', 'my_relay-1'])(
  'a relay’s host %s is told, and links to it',
  (host) => {
    const link = `${host.includes(':') ? `[${host}]` : host}:32000`;
    const relay = { host, ports: { server: { port: 65_535, protocol: 'UDP', link } } };
    expect(told({ relay }).relay).toEqual(relay);
  },
);
