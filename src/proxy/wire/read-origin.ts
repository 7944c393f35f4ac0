/** A scheme, perhaps one leading star, a host, perhaps a port; nothing before or behind it. */
const ORIGIN = /^([a-z][a-z\d+.-]*):\/\/(\*\.)?([^\s/\\?#@:*%[\]]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;
const IPV4 = /^\d+(?:\.\d+){3}$/;

/**
 * Reads an origin into the form that browsers send: in lower case, with a host in Punycode, without the scheme's own
 * port. App shells have schemes of their own (`capacitor://localhost`). A leading `*.` stands for one label or more.
 *
 * @returns `undefined` for what no browser sends, or what never matches.
 */
export function readOrigin(text: string): string | undefined {
  const [, scheme = '', star = '', host = '', port = ''] = ORIGIN.exec(text) ?? [];
  const address = `${scheme}://${host}${port}`;
  // The origin of files is `null`.
  if (/^file$/i.test(scheme) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  // `app://.` is one that desktop shells have.
  const hasGap = host !== '.' && /^\.|\.\./.test(host);
  const isOtherThanWritten = IPV4.test(url.hostname) && url.hostname !== host;
  const isStarOfAddress = star !== '' && (IPV4.test(url.hostname) || host.startsWith('['));
  if (hasGap || isOtherThanWritten || isStarOfAddress || url.host.includes('%')) return undefined;
  return `${url.protocol}//${star}${url.host}`.toLowerCase();
}

/** What an error says of a text that is no origin. */
export const ORIGIN_RULE =
  'must be an origin like https://game.example or capacitor://localhost, ' +
  'or with one leading star like https://*.game.example';
