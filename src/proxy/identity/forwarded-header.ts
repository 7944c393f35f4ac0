/** A name, and a value: a token, or a quoted string in which a backslash may stand before any character. */
const PAIR =
  /([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~-]+)|"((?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*)")/y;
const END = /;|[ \t]*(?:,[ \t]*|$)/y;
/** In `for`, brackets belong around an IPv6 address. */
const NODE = /^(?:\[[^[\]]+\]|[^:[\]]+)(?::[^:[\]]+)?$/;

/**
 * The value of `for` of each hop of a `Forwarded` header (RFC 7239), empty if a hop has none; `undefined` for a
 * malformed header. A client may have broken its part on purpose, so that it swallows what the proxies put behind it.
 */
export function readForwarded(header: string): string[] | undefined {
  const nodes: string[] = [];
  let pairs = new Map<string, string>();
  for (let at = 0; ; ) {
    PAIR.lastIndex = at;
    const [pair = '', name = '', token, quoted = ''] = PAIR.exec(header) ?? [];
    if (pair) {
      const key = name.toLowerCase();
      const value = token ?? quoted.replace(/\\(.)/g, '$1');
      if (pairs.has(key) || (key === 'for' && !NODE.test(value))) return undefined;
      pairs.set(key, value);
    }
    END.lastIndex = at + pair.length;
    const end = END.exec(header);
    if (!end) return undefined;
    at = END.lastIndex;
    if (end[0] === ';') continue;
    nodes.push(pairs.get('for') ?? '');
    pairs = new Map();
    if (!end[0].includes(',')) return nodes;
  }
}
