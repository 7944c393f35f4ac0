import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFromRelay,
  decodeToRelay,
  encodeFromRelay,
  encodeToRelay,
  type FromRelay,
  LARGEST_PAYLOAD,
  RELAY_STATES,
  type RelaySide,
  type ToRelay,
} from '../../src/datagram/index.js';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const payload = fc.uint8Array({ maxLength: LARGEST_PAYLOAD });
const side = fc.constantFrom<RelaySide>('server', 'client');
const bytes = fc.uint8Array({ maxLength: 1_300 });

const toRelay = (from: RelaySide): fc.Arbitrary<ToRelay> =>
  fc.oneof(
    fc.record({
      userAuthorizationToken: u32,
      sessionAuthorizationToken: u32,
      type: fc.constant('ping' as const),
    }),
    fc.record({
      userAuthorizationToken: u32,
      sessionAuthorizationToken: u32,
      type: fc.constant('data' as const),
      ...(from === 'server' && { connectionId: u32 }),
      payload,
    }),
  );

const fromRelay = (to: RelaySide): fc.Arbitrary<FromRelay> =>
  fc.oneof(
    fc.record({ type: fc.constant('ping' as const), state: fc.constantFrom(...RELAY_STATES) }),
    fc.record({
      type: fc.constant('data' as const),
      ...(to === 'server' && { connectionId: u32 }),
      payload,
    }),
  );

describe('a datagram', () => {
  it.each(['server', 'client'] as const)(
    'to the relay comes back as it was: from the %s',
    (from) => {
      fc.assert(
        fc.property(toRelay(from), (datagram) => {
          expect(decodeToRelay(encodeToRelay(datagram, from), from)).toEqual(datagram);
        }),
      );
    },
  );

  it.each(['server', 'client'] as const)('from the relay comes back as it was: to the %s', (to) => {
    fc.assert(
      fc.property(fromRelay(to), (datagram) => {
        expect(decodeFromRelay(encodeFromRelay(datagram, to), to)).toEqual(datagram);
      }),
    );
  });

  it('is found in any bytes or refused, never a crash; what is found encodes to the same bytes', () => {
    fc.assert(
      fc.property(bytes, side, (input, from) => {
        const datagram = decodeToRelay(input, from);
        if (typeof datagram === 'string') return;
        expect([...encodeToRelay(datagram, from)]).toEqual([...input]);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(bytes, side, (input, to) => void decodeFromRelay(input, to)));
  });

  it('is read where it stands within a larger buffer', () => {
    const encoded = encodeToRelay(
      {
        userAuthorizationToken: 1,
        sessionAuthorizationToken: 2,
        type: 'data',
        payload: Uint8Array.of(9),
      },
      'client',
    );
    const larger = new Uint8Array(100).fill(0xff);
    larger.set(encoded, 50);
    expect(decodeToRelay(larger.subarray(50, 50 + encoded.byteLength), 'client')).toEqual({
      userAuthorizationToken: 1,
      sessionAuthorizationToken: 2,
      type: 'data',
      payload: Uint8Array.of(9),
    });
  });

  it('is little endian, tokens first', () => {
    const encoded = encodeToRelay(
      {
        userAuthorizationToken: 0x01020304,
        sessionAuthorizationToken: 0xd0a6c24d,
        type: 'data',
        connectionId: 7,
        payload: Uint8Array.of(0xaa),
      },
      'server',
    );
    expect(Buffer.from(encoded).toString('hex')).toBe('040302014dc2a6d00207000000aa');
    expect([...encodeFromRelay({ type: 'ping', state: 'valid' }, 'client')]).toEqual([1, 2]);
    const payload = Uint8Array.of(5);
    const data = encodeFromRelay({ type: 'data', connectionId: 1, payload }, 'server');
    expect([...data]).toEqual([2, 1, 0, 0, 0, 5]);
  });

  it.each(['server', 'client'] as const)(
    'is oversized beyond 1200 bytes or 1187 of payload: %s',
    (from) => {
      const header = from === 'server' ? 13 : 9;
      const withPayload = (size: number) => {
        const datagram = new Uint8Array(header + size);
        datagram[8] = 2;
        return decodeToRelay(datagram, from);
      };
      expect(withPayload(1_187)).toMatchObject({ type: 'data' });
      expect(withPayload(1_188)).toBe('oversized');
      expect(withPayload(2_000)).toBe('oversized');
    },
  );

  it('is malformed when it is too short or of an unknown type', () => {
    const ofType = (type: number, size: number) => {
      const datagram = new Uint8Array(size);
      datagram[8] = type;
      return datagram;
    };
    expect(decodeToRelay(new Uint8Array(), 'client')).toBe('malformed');
    expect(decodeToRelay(new Uint8Array(8), 'client')).toBe('malformed');
    expect(decodeToRelay(ofType(0, 9), 'client')).toBe('malformed');
    expect(decodeToRelay(ofType(3, 20), 'client')).toBe('malformed');
    expect(decodeToRelay(ofType(2, 12), 'server')).toBe('malformed');
    expect(decodeFromRelay(Uint8Array.of(1, 6), 'client')).toBe('malformed');
    expect(decodeFromRelay(Uint8Array.of(1), 'client')).toBe('malformed');
    expect(decodeToRelay(ofType(1, 9), 'client')).toMatchObject({ type: 'ping' });
    expect(decodeToRelay(ofType(1, 10), 'client')).toBe('malformed');
    expect(decodeToRelay(ofType(1, 1_200), 'server')).toBe('malformed');
    expect(decodeFromRelay(Uint8Array.of(1, 2, 0), 'client')).toBe('malformed');
    expect(decodeFromRelay(Uint8Array.of(2, 1, 0, 0), 'server')).toBe('malformed');
  });

  it('is not made of numbers or payloads that do not fit', () => {
    const ping = { userAuthorizationToken: 1, sessionAuthorizationToken: 1, type: 'ping' } as const;
    const refusal = expect.objectContaining({ code: 'invalid-request' });
    for (const number of [-1, 2 ** 32, 1.5, Number.NaN]) {
      expect(() =>
        encodeToRelay({ ...ping, userAuthorizationToken: number }, 'client'),
      ).toThrowError(refusal);
    }
    const payload = new Uint8Array(LARGEST_PAYLOAD + 1);
    expect(() => encodeToRelay({ ...ping, type: 'data', payload }, 'client')).toThrowError(refusal);
    expect(() => encodeFromRelay({ type: 'data', payload }, 'client')).toThrowError(refusal);
  });

  it('has a connection id on the server’s side, and on no other', () => {
    const data = { type: 'data', payload: Uint8Array.of(9, 8, 7, 6, 5) } as const;
    const tokens = { userAuthorizationToken: 1, sessionAuthorizationToken: 1 };
    const refusal = expect.objectContaining({
      code: 'invalid-request',
      message: expect.stringContaining('"connectionId" '),
    });
    const connectionId = 7;
    expect(() => encodeToRelay({ ...tokens, ...data }, 'server')).toThrowError(refusal);
    expect(() => encodeToRelay({ ...tokens, ...data, connectionId }, 'client')).toThrowError(
      refusal,
    );
    expect(() => encodeFromRelay(data, 'server')).toThrowError(refusal);
    expect(() => encodeFromRelay({ ...data, connectionId }, 'client')).toThrowError(refusal);
  });
});
