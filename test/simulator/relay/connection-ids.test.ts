import { describe, expect, it } from 'vitest';
import { nextConnectionId } from '../../../src/simulator/relay/connection-ids.js';

const LARGEST_INT32 = 0x7fff_ffff;

describe('the numbers of connections', () => {
  it('begin with 1 and count up', () => {
    expect(nextConnectionId(undefined, () => false)).toBe(1);
    expect(nextConnectionId(1, () => false)).toBe(2);
  });

  it('are read right by who takes them for signed 32-bit, and begin again beyond that', () => {
    expect(nextConnectionId(LARGEST_INT32 - 1, () => false)).toBe(LARGEST_INT32);
    expect(nextConnectionId(LARGEST_INT32, () => false)).toBe(1);
  });

  it('go to one connection at a time', () => {
    const taken = new Set([1, 2, LARGEST_INT32]);
    expect(nextConnectionId(LARGEST_INT32 - 1, (id) => taken.has(id))).toBe(3);
  });
});
