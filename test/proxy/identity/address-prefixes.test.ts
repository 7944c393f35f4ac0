import { expect, it } from 'vitest';
import { networksOf, widestOf } from '../../../src/proxy/identity/address-prefixes.js';

const names = (client: string) => networksOf(client).map(({ name }) => name);

it('an IPv6 address counts as its networks of 64, 56 and 48 bits, the wider ones with more room', () => {
  expect(names('2606:4700::1')).toEqual(names('2606:4700:0:0:ffff::2'));
  expect(networksOf('2606:4700::1').map(({ share }) => share)).toEqual([1, 4, 16]);
  expect(new Set(names('2606:4700::1')).size).toBe(3);
  const [first, ...wider] = names('2606:4700::1');
  const [other, ...same] = names('2606:4700:0:1::1');
  expect(other).not.toBe(first);
  expect(same).toEqual(wider);
  const [, others, widest] = names('2606:4700:0:100::1');
  expect(others).not.toBe(wider[0]);
  expect(widest).toBe(wider[1]);
  expect(names('2606:4700:1::1')[2]).not.toBe(widest);
  expect(widestOf('2606:4700::1')).toBe(widest);
});

it('an IPv4 address counts as itself', () => {
  expect(networksOf('8.8.8.8')).toEqual([{ name: '8.8.8.8', share: 1 }]);
  expect(widestOf('8.8.8.8')).toBe('8.8.8.8');
});

it.each(['', 'unix:', 'fe80::1%eth0'])(
  'what is no address is a name all the same: %j',
  (client) => {
    expect(networksOf(client).length).toBeGreaterThan(0);
  },
);
