import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Addresses } from '../../src/proxy/addresses.js';

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

  it.each([
    [{ trustedProxies: ['10.0.0.0/99'] }, '10.0.0.0/99'],
    [{ trustedProxies: ['proxy'] }, 'proxy'],
    [{ developmentIp: 'here' }, 'developmentIp'],
    [{ ipHeader: 'a b' }, 'ipHeader'],
  ])('is not read with options that make no sense: %j', (options, name) => {
    expect(() => new Addresses(options)).toThrow(name);
  });
});
