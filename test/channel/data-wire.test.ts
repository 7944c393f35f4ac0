import { describe, expect, it } from 'vitest';
import { startDataChannels } from '../support/data-channel-page.js';

describe('a channel', () => {
  it('opens on its WebSocket, and moves to a data channel by itself', async () => {
    await using game = await startDataChannels();
    const page = await game.page(0);
    expect(page.channel.stats().wire).toBe('websocket');
    await game.passUntil(() => page.channel.stats().wire === 'webrtc');
    expect(page.told).toEqual(['checking', 'open', 'webrtc']);
  });
});
