/** The gateway that carries pages' datagrams, as the proxy has to know it. */
export interface GatewayOption {
  /**
   * Where pages reach this process's gateway, `wss://gateway-3.studio.example/v1/channel` for instance. With several
   * processes each needs its own, for a wire that comes back must find its UDP socket.
   *
   * @default `v1/channel`, below the URL that the page reaches the proxy by
   */
  readonly url?: string | undefined;
  /**
   * The public IP address that is authorised at the relay for players who come by the gateway: the gateway's own, where
   * the relay admits by address.
   *
   * @default each player's own
   */
  readonly address?: string | undefined;
  /**
   * Whether nobody plays but by the gateway: then no player's document has the relay's address, or any token.
   *
   * @default false
   */
  readonly only?: boolean | undefined;
}
