import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Addresses } from '../../../src/proxy/identity/addresses.js';
import { GameClient } from '../../support/game-client.js';
import { startStack } from '../../support/stack.js';

const PROXIES = ['10.0.0.0/8', '2001:db8:1::/48'];
const publicIp = fc
  .tuple(fc.integer({ min: 11, max: 99 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .filter(([a]) => a !== 0)
  .map((parts) => parts.join('.'));
const proxyIp = fc.nat(255).map((last) => `10.0.0.${last}`);

describe('a player’s address', () => {
  it('is the connection’s, whatever any header claims', () => {
    const addresses = new Addresses({});
    fc.assert(
      fc.property(
        publicIp,
        fc.string(),
        fc.constantFrom('x-forwarded-for', 'forwarded', 'x-real-ip'),
        (ip, claim, name) => {
          const headers = new Headers();
          try {
            headers.set(name, claim);
          } catch {
            return;
          }
          expect(addresses.clientOf(headers, ip)).toBe(ip);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is what the nearest proxy that is not trusted, or no proxy, reports', () => {
    const addresses = new Addresses({ trustedProxies: PROXIES });
    const claims = fc.array(
      fc.oneof(publicIp, proxyIp, fc.constantFrom('::1', 'unknown', '_x', '')),
    );
    fc.assert(
      fc.property(claims, publicIp, fc.array(proxyIp), proxyIp, (forged, real, hops, remote) => {
        const value = [...forged, real, ...hops].join(', ');
        expect(addresses.clientOf(new Headers({ 'x-forwarded-for': value }), remote)).toBe(real);
        expect(addresses.clientOf(new Headers({ 'x-forwarded-for': value }), real)).toBe(real);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read from Forwarded, with ports, quotes and brackets', () => {
    const addresses = new Addresses({ trustedProxies: PROXIES, ipHeader: 'Forwarded' });
    const read = (value: string) =>
      addresses.clientOf(new Headers({ forwarded: value }), '10.1.1.1');
    expect(read('for=9.9.9.9;proto=https, for="8.8.8.8:4711";by=10.0.0.1')).toBe('8.8.8.8');
    expect(read('for="[2606:4700::1]:80", For=10.0.0.3')).toBe('2606:4700::1');
    expect(() => read('for=unknown')).toThrow('forwarded');
    // What a client wrote may stand in a quoted string that a trusted proxy copied.
    expect(read('for=9.9.9.9;host="a,for=8.8.8.8"')).toBe('9.9.9.9');
    expect(read('proto=http;host="a;for=8.8.8.8";for=9.9.9.9')).toBe('9.9.9.9');
    expect(read('host="a\\",for=8.8.8.8;b";for=9.9.9.9')).toBe('9.9.9.9');
    expect(() => read('for=9.9.9.9;host="a,for=8.8.8.8')).not.toThrow('8.8.8.8');
  });

  it.each([
    // Each in the part that a client wrote, left of what the trusted proxy put behind it.
    'for=6.6.6.6;x="',
    'for=6.6.6.6;x=\\"',
    'for="6.6.6.6',
    'for=6.6.6.6"',
    'for=6.6.6.6;x="\\"',
    'for=6.6.6.6;x="\u007f"',
    'for=6.6.6.6;x=a"b"',
    'for=6.6.6.6;for=7.7.7.7',
    'for=6.6.6.6;For=6.6.6.6',
    'for=6.6.6.6;proto=http;proto=https',
    'for=6.6.6.6;x=',
    'for=6.6.6.6;x',
    'for=6.6.6.6;=x',
    'for=6.6.6.6;(x)=y',
    'for = 6.6.6.6',
    'for=6.6.6.6 7.7.7.7',
    'for=6.6.6.6;x=[y]',
    'for=',
    'for=""',
    'for=6.6.6.6:80',
    'for="6.6.6.6:99999"',
    'for="6.6.6.6:"',
    'for=006.6.6.6',
    'for=6.6.6',
    'for=0x6.6.6.6',
    'for=somebody',
    'for=[2606:4700::1]',
    'for="2606:4700::1"',
    'for="[2606:4700::1%25eth0]"',
    'for="[2606:4700::1::]"',
    'for="[6.6.6.6]"',
    '6.6.6.6',
  ])('is not read from a Forwarded header with a broken part: %s', (broken) => {
    const addresses = new Addresses({ trustedProxies: PROXIES, ipHeader: 'forwarded' });
    const read = (value: string) => () =>
      addresses.clientOf(new Headers({ forwarded: value }), '10.1.1.1');
    for (const value of [
      broken,
      `${broken}, for=9.9.9.9`,
      `for=9.9.9.9, ${broken}`,
      `for=5.5.5.5, ${broken}, for=9.9.9.9;proto=https, for=10.0.0.2`,
    ]) {
      expect(read(value)).toThrow(expect.objectContaining({ status: 400 }));
    }
  });

  it('is read from Forwarded beside all else that RFC 7239 allows', () => {
    const addresses = new Addresses({ trustedProxies: PROXIES, ipHeader: 'forwarded' });
    const read = (value: string) =>
      addresses.clientOf(new Headers({ forwarded: value }), '10.1.1.1');
    for (const claim of [
      'for=unknown',
      'for=_hidden',
      'for="_hidden:_port"',
      'for="6.6.6.6:_port"',
      'for="[::1]"',
      'proto=https;by=_x',
      'for=6.6.6.6;;x="a\\"b\\\\"',
      'x="ÿ\t"',
      '',
    ]) {
      expect(read(`${claim}, for=9.9.9.9`)).toBe('9.9.9.9');
      expect(read(`${claim} \t,\t for=9.9.9.9;by="[::1]:80",for=10.0.0.2`)).toBe('9.9.9.9');
    }
  });

  it.each(['for=unknown', 'for=_hidden', 'proto=https', ''])(
    'is not guessed where a trusted proxy does not say whom it saw: %s',
    (hop) => {
      const addresses = new Addresses({ trustedProxies: PROXIES, ipHeader: 'forwarded' });
      for (const value of [`for=6.6.6.6, ${hop}`, `for=6.6.6.6, ${hop}, for=10.0.0.1`, hop]) {
        expect(() => addresses.clientOf(new Headers({ forwarded: value }), '10.1.1.1')).toThrow(
          'forwarded',
        );
      }
    },
  );

  it('is never what a client wrote, whatever that is', () => {
    const addresses = new Addresses({ trustedProxies: PROXIES, ipHeader: 'forwarded' });
    const claim = fc
      .array(
        fc.constantFrom(
          'for=6.6.6.6',
          'for',
          '=',
          '"',
          '\\',
          ';',
          ',',
          ' ',
          'x',
          '[',
          ']',
          '6.6.6.6',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(claim, fc.array(proxyIp, { maxLength: 2 }), (forged, hops) => {
        const reported = ['9.9.9.9', ...hops].map((ip) => `for=${ip}`).join(', ');
        const headers = new Headers({ forwarded: `${forged}, ${reported}` });
        try {
          expect(addresses.clientOf(headers, '10.1.1.1')).toBe('9.9.9.9');
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    'somebody',
    '6.6.6',
    '006.6.6.6',
    '6.6.6.6 7.7.7.7',
    '"6.6.6.6',
    'fe80::1%eth0',
    '[6.6.6.6]',
    '6.6.6.6:99999',
    '6.6.6.6;7.7.7.7',
    '1::2::3',
  ])('is not read from X-Forwarded-For with a broken part: %s', (broken) => {
    const addresses = new Addresses({ trustedProxies: PROXIES });
    for (const value of [
      broken,
      `${broken}, 9.9.9.9`,
      `9.9.9.9, ${broken}`,
      `5.5.5.5, ${broken}, 9.9.9.9, 10.0.0.2`,
    ]) {
      expect(() =>
        addresses.clientOf(new Headers({ 'x-forwarded-for': value }), '10.1.1.1'),
      ).toThrow(expect.objectContaining({ status: 400 }));
    }
  });

  it.each(['6.6.6.6, 9.9.9.9', '9.9.9.9,', ',9.9.9.9', 'unknown', 'somebody', ''])(
    'is not read from a platform’s header that does not hold one address: %s',
    (value) => {
      const addresses = new Addresses({ trustedProxies: PROXIES, ipHeader: 'x-real-ip' });
      expect(() => addresses.clientOf(new Headers({ 'x-real-ip': value }), '10.1.1.1')).toThrow(
        expect.objectContaining({ status: 400 }),
      );
    },
  );

  it('cannot be chosen with an open quote: over a socket, the service is told none', async () => {
    await using stack = await startStack(
      {},
      { trustedProxies: ['127.0.0.1'], ipHeader: 'forwarded', limits: { guestsPerIp: 3 } },
    );
    const client = new GameClient(stack.proxyUrl);
    const guest = (forwarded: string) =>
      client.send('POST', '/v1/guests', { headers: { forwarded } });
    for (let player = 1; player < 10; player += 1) {
      const spoofed = await guest(`for=6.6.6.${player};x=", for=9.9.9.9`);
      expect(spoofed).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    }
    for (const status of [200, 200, 200, 429]) {
      expect((await guest('for=6.6.6.6, for=9.9.9.9')).status).toBe(status);
    }
  });

  it('is read from a platform’s header only on a trusted connection', () => {
    const addresses = new Addresses({ trustedProxies: PROXIES, ipHeader: 'cf-connecting-ip' });
    const headers = new Headers({ 'cf-connecting-ip': '8.8.8.8', 'x-forwarded-for': '7.7.7.7' });
    expect(addresses.clientOf(headers, '10.0.0.1')).toBe('8.8.8.8');
    expect(addresses.clientOf(headers, '9.9.9.9')).toBe('9.9.9.9');
    expect(addresses.clientOf(headers, '::ffff:10.0.0.1')).toBe('8.8.8.8');
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '0.0.0.0',
    '',
  ])('is refused where it is not public, or replaced for development: %s', (ip) => {
    expect(() => new Addresses({}).publicOf(ip)).toThrow('RELAIS_DEVELOPMENT_IP');
    expect(new Addresses({ developmentIp: '1.1.1.1' }).publicOf(ip)).toBe('1.1.1.1');
  });

  it('stays what it is where it is public', () => {
    const addresses = new Addresses({ developmentIp: '1.1.1.1' });
    expect(addresses.publicOf('8.8.8.8')).toBe('8.8.8.8');
    expect(addresses.publicOf('2606:4700::1')).toBe('2606:4700::1');
  });

  it('is a trusted proxy’s in a range of IPv4 addresses in IPv6 clothes, as far as that goes', () => {
    const addresses = new Addresses({
      trustedProxies: ['::ffff:10.0.0.0/104', '::FFFF:c0a8:101', 'fe80::/10'],
    });
    const headers = new Headers({ 'x-forwarded-for': '9.9.9.9' });
    for (const remote of ['10.255.255.255', '::ffff:10.0.0.1', '192.168.1.1', 'fe80::1%eth0']) {
      expect(addresses.clientOf(headers, remote)).toBe('9.9.9.9');
    }
    for (const remote of ['11.0.0.1', '8.8.8.8', '192.168.1.2', '::1']) {
      expect(addresses.clientOf(headers, remote)).toBe(remote);
    }
  });

  const NOT_WHOLE = [
    '010.0.0.0',
    '192.168.1',
    '10.1',
    '167772160',
    '0xa.0.0.0',
    '10.0.0.256',
    '10.0.0.1:80',
    '10.0.0.1.',
    '[::1]',
    'fe80::1%eth0',
    '1::2::3',
    '1:2:3',
    '::ffff:010.0.0.0',
    '12345::',
    ' 10.0.0.1',
    '10.0.0.1\n',
    '',
  ];

  it.each([
    ...NOT_WHOLE,
    ...NOT_WHOLE.map((text) => `${text}/32`),
    '172.16/12',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '2001:db8::/129',
    // Ranges that do not begin at their first address.
    '10.0.0.1/8',
    '2001:db8::1/32',
    '::ffff:10.0.0.1/104',
    '::ffff:0:0/90',
  ])('is not compared with a range that is not whole: %j', (text) => {
    const make = () => new Addresses({ trustedProxies: ['10.0.0.1', text] });
    expect(make).toThrow(`not "${text}"`);
    expect(make).toThrow('RELAIS_TRUSTED_PROXIES');
  });

  it.each(NOT_WHOLE)('is not replaced by one that is not whole: %j', (developmentIp) => {
    const make = () => new Addresses({ developmentIp });
    expect(make).toThrow(`not "${developmentIp}"`);
    expect(make).toThrow('RELAIS_DEVELOPMENT_IP');
  });

  it('is told as IPv4 where the one for development is that in IPv6 clothes', () => {
    expect(new Addresses({ developmentIp: '::ffff:1.1.1.1' }).publicOf('::1')).toBe('1.1.1.1');
  });

  it.each([
    [{ trustedProxies: ['10.0.0.0/99'] }, '10.0.0.0/99'],
    [{ trustedProxies: ['proxy'] }, 'proxy'],
    [{ developmentIp: 'here' }, 'developmentIp'],
    [{ ipHeader: 'a b' }, 'ipHeader'],
  ])('is not read with options that make no sense: %j', (options, name) => {
    expect(() => new Addresses(options)).toThrow(name);
  });
});
