import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LogLines, type Write } from '../../src/cli/log-lines.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Fails as a write does. */
function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}

/** What is written, and how: a test sets what becomes of each write. */
class Sink {
  text = '';
  take: (bytes: Uint8Array) => number = (bytes) => bytes.length;

  readonly write: Write = async (bytes) => {
    const taken = this.take(bytes);
    this.text += new TextDecoder().decode(bytes.subarray(0, taken));
    return taken;
  };
}

const notice = (at: number, dropped: number) =>
  `${JSON.stringify({ event: 'log', at: new Date(at).toISOString(), dropped })}\n`;

it('lines are written together, once they have gathered for a while', async () => {
  const sink = new Sink();
  const lines = new LogLines(sink.write);
  lines.add({ a: 1 });
  lines.add({ a: 'ü' });
  await vi.advanceTimersByTimeAsync(99);
  expect(sink.text).toBe('');
  await vi.advanceTimersByTimeAsync(1);
  expect(sink.text).toBe('{"a":1}\n{"a":"ü"}\n');
});

it('what is not written is dropped and counted, and told before the next line that is', async () => {
  const sink = new Sink();
  const lines = new LogLines(sink.write);
  sink.take = () => fail('ENOSPC');
  for (const a of [1, 2, 3]) lines.add({ a });
  await vi.advanceTimersByTimeAsync(100);
  lines.add({ a: 4 });
  await vi.advanceTimersByTimeAsync(100);
  expect([sink.text, lines.dropped]).toEqual(['', 4]);
  sink.take = (bytes) => bytes.length;
  lines.add({ a: 5 });
  await vi.advanceTimersByTimeAsync(100);
  expect([sink.text, lines.dropped]).toEqual([`${notice(300, 4)}{"a":5}\n`, 4]);
  lines.add({ a: 6 });
  await lines.flush();
  expect(sink.text).toBe(`${notice(300, 4)}{"a":5}\n{"a":6}\n`);
});

it('a line that was written in part is ended before the next begins', async () => {
  const sink = new Sink();
  const lines = new LogLines(sink.write);
  let room = 12;
  sink.take = (bytes) => {
    const taken = Math.min(room, bytes.length);
    room -= taken;
    return taken > 0 ? taken : fail('EFBIG');
  };
  for (const a of [1, 2, 3]) lines.add({ a });
  await vi.advanceTimersByTimeAsync(100);
  expect([sink.text, lines.dropped]).toEqual(['{"a":1}\n{"a"', 2]);
  room = 1_000;
  lines.add({ a: 4 });
  await lines.flush();
  expect(sink.text).toBe(`{"a":1}\n{"a"\n${notice(100, 2)}{"a":4}\n`);
});

it('a slow reader gets it all, in pieces, and what comes meanwhile', async () => {
  const sink = new Sink();
  const lines = new LogLines(sink.write);
  let isBusy = false;
  sink.take = () => {
    isBusy = !isBusy;
    return isBusy ? 3 : fail('EAGAIN');
  };
  lines.add({ a: 1 });
  await vi.advanceTimersByTimeAsync(150);
  lines.add({ a: 2 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([sink.text.slice(0, 16), lines.dropped]).toEqual(['{"a":1}\n{"a":2}\n', 0]);
});

it('a reader that is stuck gets no more than so much kept for it', async () => {
  const sink = new Sink();
  const lines = new LogLines(sink.write);
  sink.take = () => fail('EAGAIN');
  const entry = { text: 'x'.repeat(1_000_000 - 12) };
  for (let count = 0; count < 20; count += 1) lines.add(entry);
  expect(lines.dropped).toBe(12);
  await vi.advanceTimersByTimeAsync(1_000);
  for (let count = 0; count < 20; count += 1) lines.add(entry);
  expect(lines.dropped).toBe(24);
  sink.take = (bytes) => bytes.length;
  await vi.advanceTimersByTimeAsync(1_000);
  const written = sink.text.trim().split('\n');
  expect(written.filter((line) => line.startsWith('{"text"'))).toHaveLength(16);
  const told = written.map((line) => JSON.parse(line).dropped ?? 0);
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(24);
});
