/** How many sockets of any kind the process holds. */
export function openSockets(): number {
  const kinds = ['TCPSocketWrap', 'TCPServerWrap', 'UDPWrap'];
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length;
}
