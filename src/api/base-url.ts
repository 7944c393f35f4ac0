import { parseUrl } from '../common/parse-url.js';
import { RelayError } from '../common/relay-error.js';

/** A URL without a user name, up to its query and without slashes at its end. */
const ADDRESS = /^(https?:\/\/[^/@]+(?:\/+[^/?#]+)*)(?:[/?#]|$)/;

/**
 * The address under which `/v1/relays/…` is found, with one slash at its end.
 *
 * @param baseUrl - May have a path of its own; on a page or in a worker it may be relative to theirs.
 * @param peer - How errors call the other side: `proxy`, `relay service`.
 * @throws {RelayError} `invalid-url`.
 */
export function parseBaseUrl(baseUrl: string | URL, peer: string): string {
  // A server has no address of its own.
  const url = baseUrl && parseUrl(baseUrl, globalThis.location?.href || undefined);
  const address = ADDRESS.exec(String(url))?.[1];
  if (address) return `${address}/`;
  const message = `The ${peer}'s URL must be like https://studio.example/relay, without a user name.`;
  throw new RelayError('invalid-url', message);
}
