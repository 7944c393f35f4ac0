/**
 * What went wrong in plain words, from an error and its causes, less the `secret`: errors of HTTP
 * clients may hold the request, and that holds its `Authorization` header.
 */
export function plainError(error: unknown, secret: string): Error {
  const messages: string[] = [];
  for (let part = error; part instanceof Error && messages.length < 5; part = part.cause) {
    const { code } = part as Error & { readonly code?: unknown };
    messages.push(part.message || String(code ?? part.name));
  }
  return new Error(messages.join(': ').replaceAll(secret, '[secret]'));
}
