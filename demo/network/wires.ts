import type { ChannelStats } from 'relais';

/** What people call the wires. */
export const WIRES: Readonly<Record<ChannelStats['wire'], string>> = {
  websocket: 'WebSocket',
  webrtc: 'data channel',
  udp: 'UDP',
};
