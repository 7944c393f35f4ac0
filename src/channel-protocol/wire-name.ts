/**
 * What carries a channel's datagrams: a `websocket` to the gateway; a `webrtc` data channel beside it, which does not
 * wait for what is lost; or `udp` without a gateway.
 */
export type WireName = 'websocket' | 'webrtc' | 'udp';
