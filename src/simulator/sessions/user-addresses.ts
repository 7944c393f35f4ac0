import ipaddr from 'ipaddr.js';

/** The addresses for documents and examples (RFC 5737, RFC 3849). Nobody really has one, so tests may use them. */
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'].map(
  (range) => ipaddr.parseCIDR(range),
);

/** Whether a user may come from there: a public address, neither private nor reserved. */
export function isPublicAddress(ip: string): boolean {
  return read(ip)?.range() === 'unicast';
}

/** Whether it is an address for documents and examples. */
export function isDocumentationAddress(ip: string): boolean {
  const address = read(ip);
  return DOCUMENTATION.some(
    ([range, bits]) => address?.kind() === range.kind() && address.match(range, bits),
  );
}

/** The address in the one form that all its spellings share. */
export function spellAddress(ip: string): string {
  return read(ip)?.toString() ?? ip;
}

/** Reads an address. An IPv4-mapped IPv6 address is read as IPv4. */
function read(ip: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(ip) ? ipaddr.process(ip) : undefined;
}
