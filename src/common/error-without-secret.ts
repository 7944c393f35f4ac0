/**
 * What went wrong in plain words, from an error and its causes, less the `secret`: errors of HTTP
 * clients may hold the request, and that holds its `Authorization` header.
 */
export function errorWithoutSecret(error: unknown, secret: string): Error {
  const messages: string[] = [];
  for (let part = error; part instanceof Error && messages.length < 5; part = part.cause) {
    const { code } = part as Error & { readonly code?: unknown };
    messages.push(part.message || String(code ?? part.name));
  }
  const text = messages.join(': ');
  // What is left of a message without a word as short as "e" is no use to anybody.
  const isLost = secret.length < 8 && text.includes(secret);
  return new Error(isLost ? 'The request failed.' : text.replaceAll(secret, '[secret]'));
}
