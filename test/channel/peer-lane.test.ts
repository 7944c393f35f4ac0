import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { describe, expect, it } from 'vitest';
import type { LaneTools } from '../../src/channel/lane.js';
import { type PeerConnectionClass, PeerLane } from '../../src/channel/peer-lane.js';
import { systemClock } from '../../src/common/clock.js';

const tools: LaneTools = {
  clock: systemClock,
  isHost: false,
  traffic: { onDatagram() {}, onDrop() {}, onTally() {}, sent: () => 0 },
};
const nobody = { onOffer() {}, onUp() {}, onLost() {} };

describe('a data channel of a page', () => {
  it('leaves no connection behind where the browser opens none on it', () => {
    const made: RTCPeerConnection[] = [];
    class Peer extends RTCPeerConnection {
      constructor() {
        super();
        made.push(this);
      }

      override createDataChannel(): never {
        throw new Error('Not here.');
      }
    }
    const open = () => new PeerLane(Peer as unknown as PeerConnectionClass, 1, tools, nobody);
    expect(open).toThrow('Not here.');
    expect(made.map(({ connectionState }) => connectionState)).toEqual(['closed']);
  });

  it('that is gone and has not told yet throws nothing at the game', () => {
    let tries = 0;
    class Peer extends RTCPeerConnection {
      override createDataChannel(...how: Parameters<RTCPeerConnection['createDataChannel']>) {
        const channel = super.createDataChannel(...how);
        Object.defineProperty(channel, 'readyState', { value: 'open' });
        channel.send = () => {
          tries += 1;
          throw new Error('DataChannel is closed');
        };
        return channel;
      }
    }
    const lane = new PeerLane(Peer as unknown as PeerConnectionClass, 1, tools, nobody);
    expect(lane.send(Uint8Array.of(1), undefined)).toBeUndefined();
    expect(tries).toBeGreaterThan(0);
    lane.close();
  });
});
