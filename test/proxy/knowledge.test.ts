import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRelayProxy } from '../../src/proxy/index.js';
import type { LogEntry } from '../../src/proxy/reports/log.js';
import { NO_SESSIONS } from '../support/no-sessions.js';
import { API_TOKEN } from '../support/stack.js';

const ip = fc
  .tuple(fc.integer({ min: 11, max: 99 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((parts) => parts.join('.'));
const token = fc.integer({ min: 1_000_000_000, max: 4_294_967_295 });
const user = fc.record({
  ip_address: ip,
  authorization_token: token,
  latitude: fc.constant(1),
  longitude: fc.constant(2),
});
const unknown = fc.dictionary(fc.constantFrom('owner', 'region', 'x'), ip);

const world = fc.record({
  users: fc.uniqueArray(user, {
    minLength: 3,
    maxLength: 8,
    selector: ({ authorization_token }) => authorization_token,
  }),
  extra: unknown,
  linked: fc.boolean(),
  isBroken: fc.boolean(),
  message: fc.constantFrom('', 'User 9.9.9.9 is banned', API_TOKEN),
});

it('no answer, header, error or log holds what a player must not know', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ users, extra, linked, isBroken, message }) => {
      const addresses = users.map(({ ip_address }) => ip_address);
      fc.pre(new Set(addresses).size === addresses.length);
      let webhookUrl = '';
      let authorized = 0;
      let fails = false;
      const session = () => ({
        ...extra,
        session_id: 'abc-S',
        authorization_token: 77,
        status: linked ? 'Linked' : 'Initializing',
        ready: linked,
        linked,
        error: isBroken
          ? `Of ${users.map((one) => `${one.ip_address} (${one.authorization_token})`)}; ${webhookUrl}.`
          : null,
        relay: {
          ip: '2.2.2.2',
          host: 'relay',
          owner: addresses[0],
          ports: { server: { port: 1, secret: webhookUrl } },
        },
        webhook_url: webhookUrl,
      });
      const answer = (body: unknown, status = 200) =>
        new Response(JSON.stringify(body), { status });
      const upstream: typeof fetch = async (input) => {
        const request = input as Request;
        const { method, url } = request;
        if (fails)
          return answer(
            { message: `${message} ${webhookUrl} ${addresses.join()}`, code: 'x' },
            409,
          );
        if (url.endsWith(':authorize-user')) {
          authorized += 1;
          return answer({ ...session(), session_user: users[authorized] });
        }
        if (url.includes('/sessions?')) {
          return answer(NO_SESSIONS);
        }
        if (method === 'POST' && url.endsWith('/sessions'))
          webhookUrl = (await request.json()).webhook_url;
        if (method === 'DELETE') return new Response(null, { status: 204 });
        return answer({ ...session(), session_users: users.slice(0, linked ? authorized + 1 : 0) });
      };
      const logs: LogEntry[] = [];
      const proxy = createRelayProxy({
        edgegap: { apiToken: API_TOKEN, fetch: upstream, callsPerSecond: 10_000 },
        authenticate: (request) => ({ id: request.headers.get('x-player') ?? '' }),
        log: (entry) => logs.push(entry),
      });
      /** All that one player gets, in one text. */
      const heard: string[] = users.map(() => '');
      const send = async (
        player: number,
        method: string,
        path: string,
        body?: object,
        ticket?: string,
      ) => {
        const request = new Request(`http://proxy.example${path}`, {
          method,
          headers: {
            'x-player': `player-${player}`,
            ...(ticket && { authorization: `Bearer ${ticket}` }),
          },
          ...(body && { body: JSON.stringify(body) }),
        });
        const response = await proxy.fetch(request, { remoteAddress: addresses[player] ?? '' });
        const text = await response.text();
        heard[player] += `${response.status} ${[...response.headers].join()} ${text}\n`;
        return text ? JSON.parse(text) : undefined;
      };
      const base = '/v1/relays/sessions';
      const seats = [await send(0, 'POST', base, {})];
      for (let player = 1; player < users.length; player += 1) {
        seats.push(
          await send(player, 'POST', `${base}:authorize-user`, { join_code: seats[0].join_code }),
        );
      }
      for (const [player, { ticket }] of seats.entries()) {
        await send(player, 'GET', `${base}/abc-S`, undefined, ticket);
        await send(player, 'GET', base);
        await send(player, 'DELETE', `${base}/other`, undefined, ticket);
      }
      fails = true;
      for (const [player, { ticket }] of seats.entries()) {
        await send(player, 'POST', base, {});
        await send(player, 'GET', `${base}/abc-S`, undefined, ticket);
        await send(player, 'GET', '/openapi.json');
        await send(player, 'POST', '/v1/webhooks/x', {});
      }
      const everyone = [API_TOKEN, webhookUrl, webhookUrl.split('/').at(-1) ?? '-'];
      for (const [player, text] of heard.entries()) {
        const others = users.filter((_, index) => index !== player);
        // A ticket is this player's own; what it says is encoded, so it is read decoded as well.
        const ticket = atob(
          (seats[player].ticket.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'),
        );
        for (const secret of [
          ...everyone,
          ...others.map((other) => String(other.authorization_token)),
          // Their own as well.
          ...addresses,
        ]) {
          expect(`${text}${ticket}`.split(/[^\w.:/-]+/)).not.toContain(secret);
        }
        if (linked || player > 0)
          expect(text).toContain(String(users[player]?.authorization_token));
      }
      const log = JSON.stringify(logs);
      const secrets = [
        ...everyone,
        seats[0].join_code,
        ...seats.map(({ ticket }) => ticket),
        ...users.flatMap((one) => [one.ip_address, String(one.authorization_token)]),
      ];
      for (const secret of secrets) expect(log).not.toContain(secret);
      expect(logs.length).toBeGreaterThan(users.length * 4);
      await proxy.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
