/** The URL that a text is, if it is one. Not by `URL.canParse`, which the oldest supported browsers lack. */
export function parseUrl(text: string | URL, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
