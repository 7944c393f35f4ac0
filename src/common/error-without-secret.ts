/** How many causes of an error are followed. */
const DEEPEST = 5;
/** The shortest secret that is looked for. A shorter one occurs in all sorts of words; real ones are longer. */
const SHORTEST_SECRET = 8;

/**
 * An error that says in plain words what went wrong, made from an error and its causes, without the `secret`. Errors of
 * HTTP clients may hold the request, and with it the `Authorization` header.
 */
export function errorWithoutSecret(error: unknown, secret: string): Error {
  const chain = chainOf(error);
  const text = chain.length > 0 ? chain.map(wordsOf).join(': ') : visibleOf(error);
  // Without a secret as short as "e", nothing readable would be left of a message.
  const isLost = secret.length < SHORTEST_SECRET && text.includes(secret);
  return new Error(isLost ? 'The request failed.' : text.replaceAll(secret, '[secret]'));
}

/**
 * The reason that a caller gave for aborting, as it is. If it shows the `secret`, it is told in plain words without it.
 * A secret so short that it occurs in all sorts of words is not looked for.
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
