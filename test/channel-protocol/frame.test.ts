import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  frameBytes,
  LARGEST_FRAME,
  writeFrame,
} from '../../src/channel-protocol/frame.js';
import { LARGEST_PAYLOAD } from '../../src/datagram/index.js';

const payloads = fc.uint8Array({ maxLength: LARGEST_PAYLOAD });
const connectionIds = fc.integer({ min: 0, max: 0xffff_ffff });
const times = fc.double({ min: 0, max: 1e12, noNaN: true });

describe('a frame', () => {
  it('comes back as it was, on the host’s wire', () => {
    fc.assert(
      fc.property(times, connectionIds, payloads, (now, connectionId, payload) => {
        const frame = decodeFrame(encodeFrame(now, connectionId, payload), true);
        expect(frame).toEqual({ sentAt: Math.floor(now) % 65_536, connectionId, payload });
      }),
    );
  });

  it('comes back as it was, on a client’s wire', () => {
    fc.assert(
      fc.property(times, payloads, (now, payload) => {
        const frame = decodeFrame(encodeFrame(now, undefined, payload), false);
        expect(frame).toEqual({
          sentAt: Math.floor(now) % 65_536,
          connectionId: undefined,
          payload,
        });
      }),
    );
  });

  it('is little endian: send time, connection id, payload', () => {
    expect([...encodeFrame(0x10203, 0x04050607, Uint8Array.of(8, 9))]).toEqual([
      0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 8, 9,
    ]);
    expect([...encodeFrame(0x0102, undefined, Uint8Array.of(8))]).toEqual([0x02, 0x01, 8]);
  });

  it('is none where bytes are missing, or are too many', () => {
    expect(decodeFrame(new Uint8Array(1), false)).toBeUndefined();
    expect(decodeFrame(new Uint8Array(2), false)?.payload).toHaveLength(0);
    expect(decodeFrame(new Uint8Array(5), true)).toBeUndefined();
    expect(decodeFrame(new Uint8Array(6), true)?.payload).toHaveLength(0);
    expect(decodeFrame(new Uint8Array(LARGEST_FRAME), true)?.payload).toHaveLength(LARGEST_PAYLOAD);
    expect(decodeFrame(new Uint8Array(LARGEST_FRAME + 1), true)).toBeUndefined();
    expect(decodeFrame(new Uint8Array(LARGEST_FRAME), false)).toBeUndefined();
  });

  it('is read out of the middle of a larger buffer', () => {
    const inside = Uint8Array.of(0xff, ...encodeFrame(7, 1, Uint8Array.of(5)), 0xff).subarray(
      1,
      -1,
    );
    expect(decodeFrame(inside, true)).toMatchObject({ sentAt: 7, connectionId: 1 });
  });

  it('is written into the middle of a larger buffer, and nothing beside it', () => {
    fc.assert(
      fc.property(fc.option(connectionIds, { nil: undefined }), payloads, (id, payload) => {
        const size = frameBytes(id, payload);
        const pool = new Uint8Array(size + 5).fill(0xaa);
        writeFrame(pool, 3, 0x0102, id, payload);
        const frame = encodeFrame(0x0102, id, payload);
        expect([...pool]).toEqual([0xaa, 0xaa, 0xaa, ...frame, 0xaa, 0xaa]);
      }),
    );
  });
});
