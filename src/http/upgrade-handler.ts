/** Takes over connections that are to speak WebSocket from now on. */
export interface UpgradeHandler {
  /**
   * Called with what Node's HTTP server tells in its `upgrade` event: the request, its socket and the first bytes
   * behind it. Their types are not said here, so that who serves a proxy needs no types of Node's.
   */
  upgrade(request: unknown, socket: unknown, head: unknown): void;
}
