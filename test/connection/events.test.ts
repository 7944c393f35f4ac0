import { describe, expect, it } from 'vitest';
import {
  type Endpoint,
  type Player,
  RelayConnection,
  type RelayErrorCode,
} from '../../src/index.js';

/** Checked by `tsc`: each `@ts-expect-error` stands above a line that must not compile. */
function compileOnly(relay: RelayConnection): void {
  relay.on('linked', ({ host, port }) => host.concat(String(port)));
  relay.once('close', (reason) => reason === 'revoked');
  relay.on('state', (state, previous) => state === 'open' && previous === 'waiting');
  relay.on('session', ({ ticket, players }) => [ticket?.length, players?.length]);
  relay.off('linked');

  // @ts-expect-error: a misspelt event
  relay.on('linkd', () => {});
  // @ts-expect-error: a misspelt event, once
  relay.once('redy', () => {});
  // @ts-expect-error: a misspelt event, taken off
  relay.off('clos');
  // @ts-expect-error: `linked` has no `hostname`
  relay.on('linked', ({ hostname }) => hostname);
  // @ts-expect-error: `port` is a number
  relay.on('linked', ({ port }) => port.toUpperCase());
  // @ts-expect-error: `close` comes with a reason, and not with an error
  relay.on('close', ({ code }) => code);
  // @ts-expect-error: no such reason
  relay.on('close', (reason) => reason === 'lost');
  // @ts-expect-error: no such state
  relay.on('state', (state) => state === 'connected');
  // @ts-expect-error: no such code
  relay.on('error', ({ code }) => code === 'no-network');
  // @ts-expect-error: `ready` has one argument
  relay.on('ready', (session, more: string) => [session, more]);
  // @ts-expect-error: what is read cannot be written
  relay.state = 'open';
  // @ts-expect-error: the endpoint is not there yet, perhaps
  relay.endpoint.port;
  // @ts-expect-error: a join code is a string
  relay.join(12345678);
  // @ts-expect-error: no such option
  relay.create({ filter: [] });
  // @ts-expect-error: no such option
  new RelayConnection('https://studio.example', { tokn: () => 'login-token' });
  // @ts-expect-error: a token is text
  new RelayConnection('https://studio.example', { token: 5 });
  // @ts-expect-error: the ticket is kept by the option of that name
  relay.resume('ticket');
  // @ts-expect-error: events are the connection's to fire
  relay.emit('open', relay.endpoint);
  // @ts-expect-error: the documents' word
  relay.players[0]?.player_id;

  new RelayConnection('https://studio.example', {
    token: undefined,
    guest: undefined,
    ticket: undefined,
    linkTimeout: undefined,
    fetch: undefined,
    clock: undefined,
  });

  new RelayConnection('https://studio.example', { token: 'login-token' });

  const endpoint: Promise<Endpoint> = relay.create({ signal: new AbortController().signal });
  const players: readonly Player[] = relay.players;
  const code: RelayErrorCode = 'link-timeout';
  void [endpoint, players, code];
}

describe('the types', () => {
  it('are those of the connection that exists', () => {
    expect(compileOnly).toBeTypeOf('function');
    expect(new RelayConnection('https://studio.example').state).toBe('idle');
  });
});
