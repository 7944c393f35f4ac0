import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { encodeFromRelay } from '../../src/datagram/index.js';
import { ForbiddenDestination, guardLookup } from '../../src/gateway/destination.js';
import { startGateway } from '../support/gateway-stack.js';
import { openUdpSockets } from '../support/open-sockets.js';
import { ScriptedRelay } from '../support/scripted-relay.js';
import { until } from '../support/until.js';

const FORBIDDEN = [
  '127.0.0.1',
  '127.8.8.8',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::7f00:1',
  '64:ff9b:1::7f00:1',
  '::127.0.0.1',
  '::a00:1',
  '::ffff:0:7f00:1',
  '2002:7f00:1::',
  '2001:0:1::',
  '2001:db8::1',
  'fec0::1',
  '100.127.255.254',
  '192.0.0.1',
  '198.18.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '0.1.2.3',
];

describe('a relay in production', () => {
  it.each(FORBIDDEN)('may not be at %s, nor have a name that stands for it', async (address) => {
    await using stack = await startGateway({
      development: false,
      lookup: async () => ({ address, family: address.includes(':') ? 6 : 4 }),
    });
    const before = openUdpSockets();
    const seat = await stack.seat(1);
    seat.update({ relay: { host: 'relay.example', port: 5_353 } });
    const page = await stack.open(seat);
    expect(await page.whenClosed()).toEqual({ code: 4500, reason: 'destination' });
    expect(openUdpSockets()).toBe(before);
    expect(seat.listeners.size).toBe(0);
  });

  it.each([
    '127.0.0.1',
    '169.254.169.254',
    '0x7f.1',
    '2130706433',
    'localhost',
    'LOCALHOST.',
    'relay.localhost',
    '::1',
    '::ffff:7f00:1',
  ])('may not be called %s', async (host) => {
    await using stack = await startGateway({ development: false });
    const seat = await stack.seat(1);
    seat.update({ relay: { host, port: 5_353 } });
    const page = await stack.open(seat);
    expect(await page.whenClosed()).toEqual({ code: 4500, reason: 'destination' });
  });

  it('may not be this machine itself, by whichever of its addresses', async () => {
    const own = Object.values(networkInterfaces()).flatMap((all = []) => all);
    for (const { address, family } of own) {
      const lookup = guardLookup(
        async () => ({ address, family: family === 'IPv6' ? 6 : 4 }),
        false,
      );
      await expect(lookup('relay.example')).rejects.toBeInstanceOf(ForbiddenDestination);
    }
    const found = { address: '203.0.114.5', family: 4 } as const;
    const withPublic = guardLookup(
      async () => found,
      false,
      () => ['203.0.114.5'],
    );
    await expect(withPublic('relay.example')).rejects.toBeInstanceOf(ForbiddenDestination);
  });

  it.each([
    ['198.51.99.7', '198.51.99.7', 4],
    ['198.51.99.7', '::ffff:198.51.99.7', 6],
    ['::ffff:c633:6307', '198.51.99.7', 4],
    ['2606:4700:0:0::1111', '2606:4700::1111', 6],
  ] as const)(
    'may not be this machine by its address behind NAT: %s, %s',
    async (own, found, family) => {
      await using stack = await startGateway({
        development: false,
        address: own,
        lookup: async () => ({ address: found, family }),
      });
      const before = openUdpSockets();
      const page = await stack.open(await stack.seat(1));
      expect(await page.whenClosed()).toEqual({ code: 4500, reason: 'destination' });
      expect(openUdpSockets()).toBe(before);
    },
  );

  it('may not have a name with one bad address among good ones', async () => {
    const good = { address: '203.0.114.5', family: 4 } as const;
    for (const address of ['10.0.0.1', '::1', '203.0.114.9']) {
      const bad = { address, family: address.includes(':') ? 6 : 4 } as const;
      for (const all of [
        [good, bad],
        [bad, good],
      ]) {
        const lookup = guardLookup(
          async () => all,
          false,
          () => ['203.0.114.9'],
        );
        await expect(lookup('relay.example')).rejects.toBeInstanceOf(ForbiddenDestination);
      }
    }
    const both = guardLookup(async () => [good, { ...good, address: '203.0.114.6' }], false);
    expect(await both('relay.example')).toEqual(good);
    const none = guardLookup(async () => [], true);
    await expect(none('relay.example')).rejects.toBeInstanceOf(ForbiddenDestination);
  });

  it('may not move to where none may be, nor may its name', async () => {
    let address = '203.0.114.5';
    await using stack = await startGateway({
      development: false,
      lookup: async (host) => ({ address: host === 'relay.example' ? address : host, family: 4 }),
    });
    const before = openUdpSockets();
    const [moving, renamed] = [await stack.seat(0), await stack.seat(1)];
    const pages = [];
    for (const seat of [moving, renamed]) {
      seat.update({ relay: { host: 'relay.example', port: 5_353 } });
      pages.push(await stack.open(seat));
    }
    moving.update({ relay: { host: '169.254.169.254', port: 5_353 } });
    expect(await pages[0]?.whenClosed()).toEqual({ code: 4500, reason: 'destination' });
    // The same name, another port: it is looked up again, and checked again.
    address = '127.0.0.1';
    renamed.update({ relay: { host: 'relay.example', port: 5_354 } });
    expect(await pages[1]?.whenClosed()).toEqual({ code: 4500, reason: 'destination' });
    await until(() => openUdpSockets() === before);
  });

  it('may be anywhere else, and is connected where the lookup found it', async () => {
    for (const address of ['203.0.114.5', '2606:4700::1111']) {
      const found = { address, family: address.includes(':') ? 6 : 4 } as const;
      expect(await guardLookup(async () => found, false)('relay.example')).toEqual(found);
    }
    const nonsense = async () => ({ address: 'relay.example', family: 4 }) as const;
    await expect(guardLookup(nonsense, true)('x')).rejects.toBeInstanceOf(ForbiddenDestination);
  });
});

describe('a relay', () => {
  it('without an address is looked up again', async () => {
    let isThere = false;
    await using stack = await startGateway({
      lookup: async () => {
        if (!isThere) throw new Error('ENOTFOUND');
        return { address: '127.0.0.1', family: 4 };
      },
    });
    const page = await stack.open(await stack.seat(1));
    isThere = true;
    stack.clock.advance(5_250);
    await page.whenOpen();
  });

  it('that moves takes the page along', async () => {
    await using stack = await startGateway();
    await using other = await ScriptedRelay.start();
    const seat = await stack.seat(1);
    const page = await (await stack.open(seat)).whenOpen();
    const sockets = openUdpSockets();
    seat.update({ isOpen: false, relay: undefined });
    seat.update({ isOpen: true, relay: { host: '127.0.0.1', port: other.port } });
    await until(() => page.of('state').length === 4);
    expect(page.of('state').map(({ state }) => state)).toEqual([
      'checking',
      'open',
      'checking',
      'open',
    ]);
    page.send(Buffer.from('here'));
    await until(() => other.data.length === 1);
    expect(openUdpSockets()).toBe(sockets);
  });

  it.each(['invalid', 'session-timeout', 'error'] as const)(
    'that says %s has the source look, again every five seconds while it lasts',
    async (state) => {
      await using stack = await startGateway();
      await using relay = await ScriptedRelay.start();
      relay.state = state;
      const seat = await stack.seat(1);
      seat.update({ relay: { host: '127.0.0.1', port: relay.port } });
      const page = await stack.open(seat);
      await until(() => seat.refreshes === 1);
      stack.clock.advance(4_500);
      expect(seat.refreshes).toBe(1);
      stack.clock.advance(750);
      expect(seat.refreshes).toBe(2);
      relay.state = 'valid';
      stack.clock.advance(1_000);
      await page.whenOpen();
      stack.clock.advance(250);
      expect(seat.refreshes).toBe(2);
    },
  );

  it('whose port is refused has the source look', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const gone = await ScriptedRelay.start();
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    seat.update({ relay: { host: '127.0.0.1', port } });
    await stack.open(seat);
    await until(() => seat.refreshes === 1);
  });

  it('with tokens or a port that are none ends the channel, or leaves it closed', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    seat.update({ userAuthorizationToken: -1 });
    const page = await stack.open(seat);
    expect(await page.whenClosed()).toEqual({ code: 4500, reason: 'destination' });
    const other = await stack.seat(1);
    other.update({ relay: { host: '127.0.0.1', port: 70_000 } });
    const waiting = await stack.open(other);
    stack.clock.advance(250);
    expect(waiting.state).toBe('checking');
  });

  it('that answers garbage, or from another port, does no harm', async () => {
    await using stack = await startGateway();
    await using relay = await ScriptedRelay.start();
    await using stranger = await ScriptedRelay.start();
    const seat = await stack.seat(1);
    seat.update({ relay: { host: '127.0.0.1', port: relay.port } });
    const page = await (await stack.open(seat)).whenOpen();
    stranger.peer = relay.peer;
    const data = (text: string) =>
      encodeFromRelay({ type: 'data', payload: Buffer.from(text) }, 'client');
    stranger.send(data('forged'));
    for (const bytes of ['', '\x01', '\x01\x07', '\x09abc'])
      relay.send(Buffer.from(bytes, 'latin1'));
    relay.send(Buffer.alloc(5_000, 2));
    relay.send(data('real'));
    await until(() => page.datagrams.length > 0);
    expect(page.datagrams.map(({ payload }) => payload.toString())).toEqual(['real']);
    expect(stack.gateway.stats().toPage.received).toBe(1);
  });

  it('that floods is counted, and its page gets no more than is its due', async () => {
    await using stack = await startGateway({ limits: { datagramsPerSecond: 10 } });
    await using relay = await ScriptedRelay.start();
    const seat = await stack.seat(1);
    seat.update({ relay: { host: '127.0.0.1', port: relay.port } });
    const page = await (await stack.open(seat)).whenOpen();
    const datagram = encodeFromRelay({ type: 'data', payload: Buffer.alloc(20) }, 'client');
    for (let count = 0; count < 5_000; count += 1) {
      relay.send(datagram);
      if (count % 100 === 0) await new Promise(setImmediate);
    }
    await until(() => stack.gateway.stats().toPage.dropped.rate > 1_000);
    const { toPage } = stack.gateway.stats();
    expect(toPage.sent).toBeLessThanOrEqual(120);
    await until(() => page.datagrams.length === stack.gateway.stats().toPage.sent);
  });
});

describe('a change of the role', () => {
  it('closes the wire: the page has to come anew', async () => {
    await using stack = await startGateway();
    const seat = await stack.seat(1);
    const page = await stack.open(seat);
    seat.update({ role: 'server' });
    expect(await page.whenClosed()).toEqual({ code: 4500, reason: 'role' });
  });
});
