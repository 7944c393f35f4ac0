/**
 * Reads a body. If it is longer than `most` bytes after decompression, the connection is cut, and the result is
 * `undefined`.
 */
export async function readBoundedText(
  { body }: Response,
  most: number,
): Promise<string | undefined> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let left = most;
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    if (!value) return text + decoder.decode();
    left -= value.length;
    if (left < 0) {
      void reader?.cancel().catch(() => {});
      return;
    }
    text += decoder.decode(value, { stream: true });
  }
}
