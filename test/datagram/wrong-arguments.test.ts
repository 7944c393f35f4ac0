import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFromRelay,
  decodeToRelay,
  encodeFromRelay,
  encodeToRelay,
  type FromRelay,
  type RelaySide,
  type ToRelay,
} from '../../src/datagram/index.js';

const SECRET = 3500589645;
const tokens = { userAuthorizationToken: SECRET, sessionAuthorizationToken: SECRET };
const payload = Uint8Array.of(1);
const sides = ['server', 'client'] as const;

/** What an encoder refuses its arguments with. */
const refusalOf = (field: string) =>
  expect.objectContaining({
    name: 'RelayError',
    code: 'invalid-request',
    message: expect.stringContaining(field),
  });

describe('wrong arguments, as a caller without TypeScript may give them, are refused by name', () => {
  const numbers = [
    -1,
    2 ** 32,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1',
    null,
    undefined,
    1n,
  ];

  it.each(numbers)('a token that is %s', (wrong) => {
    for (const field of ['userAuthorizationToken', 'sessionAuthorizationToken']) {
      const ping = { ...tokens, [field]: wrong, type: 'ping' } as ToRelay;
      expect(() => encodeToRelay(ping, 'client')).toThrow(refusalOf(`"${field}"`));
      const data = { ...tokens, [field]: wrong, type: 'data', payload } as ToRelay;
      expect(() => encodeToRelay(data, 'client')).toThrow(refusalOf(`"${field}"`));
    }
  });

  it.each(numbers)('a connection id that is %s', (connectionId) => {
    const data = { type: 'data', payload, connectionId };
    const wrong = refusalOf('"connectionId"');
    expect(() => encodeToRelay({ ...tokens, ...data } as ToRelay, 'server')).toThrow(wrong);
    expect(() => encodeFromRelay(data as FromRelay, 'server')).toThrow(wrong);
  });

  it.each([
    'text',
    7,
    null,
    undefined,
    [1, 2],
    new ArrayBuffer(2),
    new Uint16Array(2),
    new DataView(new ArrayBuffer(2)),
  ])('a payload that is no Uint8Array: %s', (wrong) => {
    const data = { type: 'data' as const, payload: wrong as unknown as Uint8Array };
    expect(() => encodeToRelay({ ...tokens, ...data } as ToRelay, 'client')).toThrow(
      refusalOf('"payload"'),
    );
    expect(() => encodeFromRelay(data as FromRelay, 'client')).toThrow(refusalOf('"payload"'));
  });

  it.each(['pong', 1, undefined])('a type that there is none of: %s', (type) => {
    const message = { ...tokens, type, payload };
    expect(() => encodeToRelay(message as ToRelay, 'client')).toThrow(refusalOf('"type"'));
    expect(() => encodeFromRelay(message as FromRelay, 'client')).toThrow(refusalOf('"type"'));
  });

  it.each(['host', '', undefined])('a side that there is none of: %s', (side) => {
    const ping = { ...tokens, type: 'ping' } as const;
    const wrong = refusalOf('side');
    expect(() => encodeToRelay(ping, side as RelaySide)).toThrow(wrong);
    const answer = { type: 'ping', state: 'valid' } as const;
    expect(() => encodeFromRelay(answer, side as RelaySide)).toThrow(wrong);
  });

  it.each(['VALID', 2, '__proto__', undefined])('a state that there is none of: %s', (state) => {
    const message = { type: 'ping', state } as FromRelay;
    expect(() => encodeFromRelay(message, 'client')).toThrow(refusalOf('"state"'));
  });

  it('and none of the messages repeats a token', () => {
    const wrong = [
      { ...tokens, type: 'data', payload: 'text' },
      { ...tokens, type: 'data', payload, connectionId: -1 },
      { ...tokens, userAuthorizationToken: SECRET + 0.5, type: 'ping' },
    ] as unknown as ToRelay[];
    for (const message of wrong) {
      expect(() => encodeToRelay(message, 'server')).toThrow(/^(?!.*35005896)/);
    }
  });
});

describe('bytes off the wire', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 1_300 }),
    // With a first byte, and a ninth, that mean something.
    fc
      .tuple(fc.uint8Array({ minLength: 9, maxLength: 1_300 }), fc.integer({ min: 0, max: 3 }))
      .map(([array, type]) => {
        array[0] = type;
        array[8] = type;
        return array;
      }),
  );

  it.each(sides)('are a message that encodes to the same bytes, or refused: %s', (side) => {
    fc.assert(
      fc.property(bytes, (input) => {
        const to = decodeToRelay(input, side);
        if (typeof to === 'string') expect(['oversized', 'malformed']).toContain(to);
        else expect([...encodeToRelay(to, side)]).toEqual([...input]);
        const from = decodeFromRelay(input, side);
        if (typeof from === 'string') expect(['oversized', 'malformed']).toContain(from);
        else expect([...encodeFromRelay(from, side)]).toEqual([...input]);
      }),
      { numRuns: 500 },
    );
  });

  it('may stand in a Buffer, and be sent from one', () => {
    const data = encodeFromRelay({ type: 'data', payload: Buffer.from('hello') }, 'client');
    expect(decodeFromRelay(Buffer.from(data), 'client')).toMatchObject({
      payload: Buffer.from('hello'),
    });
  });
});
