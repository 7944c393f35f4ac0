/** Why a body could not be read. */
export class BodyError extends Error {
  readonly reason: 'too-large' | 'not-json' | 'aborted';

  constructor(reason: BodyError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Reads a JSON body of at most `limit` bytes; an empty one reads as `{}`. If the server heeds `content-length`, what
 * lies beyond the limit is never held in memory.
 *
 * @throws {BodyError} `too-large`, `not-json`, or `aborted` where the client left before its end.
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  // A server lets no body be longer than its `content-length`, so a body that is short enough can be read whole,
  // without a stream. A request that was made by hand may have the header of another one.
  const length = request.headers.get('content-length');
  const isBounded = length !== null && Number(length) <= limit;
  let text: string;
  try {
    text = await (isBounded ? request.text() : readBounded(request, limit));
  } catch (error) {
    if (error instanceof BodyError) throw error;
    throw new BodyError('aborted', 'The body ended before its time.');
  }
  if (text.length > limit) throw tooLarge(limit);
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    throw new BodyError('not-json', 'The body is no JSON.');
  }
}

const tooLarge = (limit: number) =>
  new BodyError('too-large', `The body is larger than ${limit} bytes.`);

async function readBounded(request: Request, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
