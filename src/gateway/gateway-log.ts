/** One thing that happened to a channel. No payload, token, ticket or address is in it. */
export interface GatewayLogEntry {
  /** Tells these lines from the proxy's. */
  readonly event: 'channel';
  /** ISO 8601. */
  readonly at: string;
  /**
   * What happened: a channel was `opened` or a wire `refused`; a channel's wire was lost and came back, which makes no
   * difference to the relay; its datagrams `moved` to another wire, to `webrtc` or back to the `websocket`; the channel
   * was `closed`. `no-data-channels` is told once, as the gateway starts: it serves WebSockets alone, because
   * `node-datachannel` is `not-installed` or `does-not-load`, because another process has the UDP port (`port-taken`)
   * or the system does not give it (`port-refused`), or because it knows no address to tell pages (`no-address`).
   * `private-addresses` is told then, too: it has data channels, and no page on the internet reaches them.
   */
  readonly what:
    | 'opened'
    | 'refused'
    | 'wire-lost'
    | 'wire-back'
    | 'moved'
    | 'closed'
    | 'no-data-channels'
    | 'private-addresses';
  /** Why, in one word: for what was refused, lost or closed; for what moved, where to. */
  readonly why?: string | undefined;
  /** What to do about it, in a sentence, where it is a setting that is missing. */
  readonly todo?: string | undefined;
  /** Tells a channel's lines from another's, in this process. Not there for a wire that was refused. */
  readonly channel?: number | undefined;
  /** The session's id, where it is known. */
  readonly session?: string | undefined;
  /** The player's id, where it is known. */
  readonly player?: string | undefined;
}
