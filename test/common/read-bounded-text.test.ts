import type { ServerResponse } from 'node:http';
import { constants, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ServiceClient } from '../../src/api/service-client.js';
import { systemClock } from '../../src/common/clock.js';
import { sendEndlessly } from '../support/endless.js';
import { scriptServer } from '../support/scripted-server.js';

const MEGABYTE = 1024 * 1024;
const spaces = Buffer.alloc(MEGABYTE, ' ');
/** A megabyte of spaces in some thousand bytes; any number of them after one another are one stream. */
const packed = gzipSync(spaces, { finishFlush: constants.Z_FINISH });

/** Asks a server once; resolves to what came of it, and to how much the server sent until it was cut. */
async function ask(answer: (response: ServerResponse) => Promise<number>) {
  let sent: Promise<number> | undefined;
  await using server = await scriptServer((_request, response) => {
    sent = answer(response);
  });
  const client = new ServiceClient({
    apiToken: 'secret',
    baseUrl: server.url,
    fetch,
    timeout: 60_000,
    clock: systemClock,
  });
  // What is posted is not repeated.
  const sending = client.send({ method: 'post', path: 'v1', schema: v.unknown() });
  const outcome = await sending.then(
    (document) => ({ document }),
    (error: unknown) => error,
  );
  return { outcome, sent: (await sent) ?? 0 };
}

describe('an answer that never ends', () => {
  it('is cut off, and is none', async () => {
    const { outcome, sent } = await ask((response) => sendEndlessly(response, spaces));
    expect(outcome).toMatchObject({ code: 'invalid-response', status: 200, retryable: true });
    expect(sent).toBeLessThan(64 * MEGABYTE);
  });

  it('is measured as it is after decompression', async () => {
    const { outcome, sent } = await ask((response) => {
      response.setHeader('content-encoding', 'gzip');
      return sendEndlessly(response, packed);
    });
    expect(outcome).toMatchObject({ code: 'invalid-response', status: 200 });
    expect(sent).toBeLessThan(64 * MEGABYTE);
  });

  it.each([
    [302, 'unexpected-status'],
    [401, 'unauthorized'],
    [429, 'rate-limited'],
    [500, 'server-error'],
  ])('means what its status says: %i', async (status, code) => {
    const { outcome, sent } = await ask((response) => {
      response.statusCode = status;
      return sendEndlessly(response, spaces);
    });
    expect(outcome).toMatchObject({ code, status });
    expect(sent).toBeLessThan(64 * MEGABYTE);
  });
});

it('an answer as long as any that makes sense is read whole', async () => {
  const text = 'ü'.repeat(4 * MEGABYTE);
  const { outcome } = await ask(async (response) => {
    response.end(JSON.stringify(text));
    return 0;
  });
  expect(outcome).toMatchObject({ document: text });
});
