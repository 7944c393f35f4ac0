import ipaddr from 'ipaddr.js';

/** The IPv6 addresses that are given out for the internet. What is elsewhere stands for something else. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether the internet knows the way to an IP address; an IPv6 one that stands for an IPv4 one is judged as that. */
export function isPublicAddress(address: string): boolean {
  const ip = ipaddr.process(address);
  return ip.range() === 'unicast' && (ip instanceof ipaddr.IPv4 || ip.match(GLOBAL_IPV6));
}
