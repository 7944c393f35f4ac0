/** Why a body could not be read. */
export class BodyError extends Error {
  readonly reason: 'too-large' | 'not-json' | 'aborted';

  constructor(reason: BodyError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Reads a JSON body of at most `limit` bytes; an empty one reads as `{}`. What lies beyond the limit is
 * never held in memory.
 *
 * @throws {BodyError} `too-large`, `not-json`, or `aborted` where the client left before its end.
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > limit) {
        throw new BodyError('too-large', `The body is larger than ${limit} bytes.`);
      }
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (error instanceof BodyError) throw error;
    throw new BodyError('aborted', 'The body ended before its time.');
  }
  text += decoder.decode();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    throw new BodyError('not-json', 'The body is no JSON.');
  }
}
