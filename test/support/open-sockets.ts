/** How many sockets of any kind the process holds. */
export function openSockets(): number {
  return count(['TCPSocketWrap', 'TCPServerWrap', 'UDPWrap']);
}

/** How many of them are UDP. */
export function openUdpSockets(): number {
  return count(['UDPWrap']);
}

function count(kinds: readonly string[]): number {
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length;
}
