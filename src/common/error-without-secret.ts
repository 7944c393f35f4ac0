/** An error and its causes are followed no deeper than this. */
const DEEPEST = 5;
/** A secret that is shorter than this stands in all sorts of words. Real ones are longer. */
const SHORTEST_SECRET = 8;

/**
 * What went wrong in plain words, from an error and its causes, less the `secret`: errors of HTTP
 * clients may hold the request, and that holds its `Authorization` header.
 */
export function errorWithoutSecret(error: unknown, secret: string): Error {
  const chain = chainOf(error);
  const text = chain.length > 0 ? chain.map(wordsOf).join(': ') : visibleOf(error);
  // What is left of a message without a word as short as "e" is no use to anybody.
  const isLost = secret.length < SHORTEST_SECRET && text.includes(secret);
  return new Error(isLost ? 'The request failed.' : text.replaceAll(secret, '[secret]'));
}

/**
 * Why a caller aborted, as the caller said it. Where the `secret` shows in that, in plain words without it. A secret
 * so short that it stands in all sorts of words is not looked for.
 */
export function reasonWithoutSecret(reason: unknown, secret: string): unknown {
  if (secret.length < SHORTEST_SECRET) return reason;
  const chain = reason instanceof Error ? chainOf(reason) : [reason];
  return chain.some((part) => visibleOf(part).includes(secret))
    ? errorWithoutSecret(reason, secret)
    : reason;
}

/** An error, and the errors that caused it. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let part = error; part instanceof Error && chain.length < DEEPEST; part = part.cause) {
    chain.push(part);
  }
  return chain;
}

function wordsOf(error: Error): string {
  const { code } = error as Error & { readonly code?: unknown };
  return error.message || String(code ?? error.name);
}

/** What a log shows of a value: its words, where it was thrown, and its fields. */
function visibleOf(value: unknown): string {
  const words = value instanceof Error ? `${value.message} ${value.stack} ` : '';
  try {
    return words + (typeof value === 'string' ? value : JSON.stringify(value));
  } catch {
    return words;
  }
}
