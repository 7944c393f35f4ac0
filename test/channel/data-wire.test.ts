import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type DataChannelPage,
  type DataChannelStack,
  startDataChannels,
} from '../support/data-channel-page.js';
import { openFakeWindow } from '../support/fake-window.js';
import { until } from '../support/until.js';

// Real WebSockets, real data channels over a path by UDP that a test may cut, and a real relay behind the gateway. Only
// the clock is a test's own.

const wireOf = ({ channel }: DataChannelPage) => channel.stats().wire;
const offersOf = ({ said }: DataChannelPage) => said.filter(({ type }) => type === 'offer').length;

/** A host and a client on data channels: the host sends back what it hears. */
async function play(game: DataChannelStack) {
  const host = await game.page(0);
  const client = await game.page(1);
  host.channel.on('datagram', (bytes, id) => void host.channel.send(bytes, id));
  await game.passUntil(() => wireOf(host) === 'webrtc' && wireOf(client) === 'webrtc');
  return { host, client };
}

/** The client sends a number until its echo is there. */
async function echo(game: DataChannelStack, client: DataChannelPage, number: number) {
  await game.passUntil(() => {
    if (client.heard.includes(number)) return true;
    client.channel.send(Uint8Array.of(number));
    return false;
  });
}

/** A page loses its WebSocket and the way by UDP, and has no new one for now. */
async function loseBothWires(game: DataChannelStack, page: DataChannelPage) {
  page.isOffline = true;
  game.path.isCut = true;
  page.sockets.at(-1)?.terminate();
  await game.passUntil(() => page.channel.state === 'reconnecting');
}

/** What neither side can account for: nothing, once all is there. */
function gaps({ channel }: DataChannelPage, stack: DataChannelStack['stack']) {
  const { sent, received, notReceived, lost } = channel.stats();
  const { fromPage, toPage } = stack.gateway.stats();
  return {
    there: sent - fromPage.received - lost.sending,
    here: toPage.sent - received - notReceived.late - lost.receiving,
  };
}

/** The clock is the test's, and the packets are real: a machine that stands still for a moment loses them. */
const MIXED = { retry: 2 };

describe('a channel', MIXED, () => {
  it('opens on its WebSocket, and moves to a data channel by itself', async () => {
    await using game = await startDataChannels();
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    expect(page.told.slice(-2).sort()).toEqual(['open', 'webrtc']);
    const moves = () => game.stack.log.filter(({ what }) => what === 'moved');
    await until(() => moves().length === 1);
    expect(moves()[0]).toMatchObject({ why: 'webrtc', session: 'session-1' });
    expect(game.stack.gateway.stats().dataChannels).toBe(1);
  });

  it('carries all datagrams over the data channel then, each way', async () => {
    await using game = await startDataChannels();
    const { host, client } = await play(game);
    await echo(game, client, 1);
    const before = game.path.carried;
    for (let number = 2; number < 42; number += 1) {
      client.channel.send(new Uint8Array(1_187).fill(number));
      await game.pass(20);
    }
    await game.passUntil(() => client.heard.includes(41));
    expect(game.path.carried - before).toBeGreaterThan(4 * 40);
    expect(new Set(host.from).size).toBe(1);
    expect(client.channel.stats().gatewayRoundTrip).toEqual(expect.any(Number));
  });

  it('asks for no data channel where the gateway takes none, or the game wants none', async () => {
    await using game = await startDataChannels({ udp: undefined });
    const page = await game.page(0);
    await game.pass(10_000);
    expect(offersOf(page)).toBe(0);
    expect(wireOf(page)).toBe('websocket');
  });
});

describe('a path that dies', MIXED, () => {
  it('brings the channel back to its WebSocket, half a second later', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    await game.pass(300);
    game.path.isCut = true;
    page.channel.send(Uint8Array.of(1), 1);
    await game.pass(450);
    expect(wireOf(page)).toBe('webrtc');
    await game.pass(400);
    expect(wireOf(page)).toBe('websocket');
    expect(page.told.at(-1)).toBe('websocket');
    expect(page.channel.state).toBe('open');
  });

  it('costs what was under way, which is counted, and nothing comes twice', async () => {
    await using game = await startDataChannels({}, 2);
    const { host, client } = await play(game);
    await echo(game, client, 0);
    let number = 0;
    const send = async (count: number) => {
      for (let left = count; left > 0; left -= 1) {
        number += 1;
        client.channel.send(Uint8Array.of(number));
        await game.pass(20);
      }
    };
    await send(20);
    game.path.isCut = true;
    await send(60);
    game.path.isCut = false;
    await game.pass(6_000);
    const { sent, received, lost } = client.channel.stats();
    expect(client.told).toContain('websocket');
    expect(lost.sending).toBeGreaterThan(3);
    expect(received).toBeGreaterThan(40);
    const own = client.heard.filter((each) => each > 0);
    expect(own.length).toBe(new Set(own).size);
    // Both pages together, for the gateway counts both.
    const gatewayStats = game.stack.gateway.stats();
    const hostStats = host.channel.stats();
    expect(sent + hostStats.sent - lost.sending - hostStats.lost.sending).toBe(
      gatewayStats.fromPage.received,
    );
    expect(
      received +
        hostStats.received +
        client.channel.stats().notReceived.late +
        hostStats.notReceived.late +
        lost.receiving +
        hostStats.lost.receiving,
    ).toBe(gatewayStats.toPage.sent);
  });

  it('is tried again, and the channel moves once more where it lives again', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    game.path.isCut = true;
    await game.passUntil(() => wireOf(page) === 'websocket');
    game.path.isCut = false;
    await game.passUntil(() => wireOf(page) === 'webrtc');
    expect(page.told.slice(-3)).toEqual(['webrtc', 'websocket', 'webrtc']);
    expect(page.peers.length).toBeLessThan(5);
  });

  it('is listened to for two seconds more: what was only slow is no loss', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    await game.pass(300);
    game.path.holds = true;
    page.channel.send(Uint8Array.of(7), 1);
    await game.passUntil(() => wireOf(page) === 'websocket');
    expect(game.stack.gateway.stats().fromPage.received).toBe(0);
    await game.pass(1_000);
    game.path.release();
    await until(() => game.stack.gateway.stats().fromPage.received === 1);
    await game.pass(6_000);
    expect(page.channel.stats()).toMatchObject({ sent: 1, lost: { sending: 0, receiving: 0 } });
    expect(gaps(page, game.stack)).toEqual({ there: 0, here: 0 });
  });

  it('and was left is not gone back to for an answer that comes late: the channel tries again', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    await game.pass(300);
    game.path.holds = true;
    page.channel.send(Uint8Array.of(7), 1);
    await game.passUntil(() => wireOf(page) === 'websocket');
    // The answers to the probes are among what comes now.
    game.path.release();
    await game.pass(1_000);
    expect(wireOf(page)).toBe('websocket');
    const moves = () => game.stack.log.filter(({ what }) => what === 'moved');
    expect(page.told.slice(-2)).toEqual(['webrtc', 'websocket']);
    expect(moves().map(({ why }) => why)).toEqual(['webrtc', 'websocket']);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    expect(offersOf(page)).toBe(2);
  });

  it('is not mistaken for a page whose timers slept', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    await game.pass(300);
    for (let turn = 0; turn < 5; turn += 1) {
      game.stack.clock.sleep(1_500);
      await game.pass(100);
    }
    expect(page.told.filter((each) => each === 'websocket')).toEqual([]);
    expect(page.peers).toHaveLength(1);
  });
});

describe('a page', MIXED, () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('that is put away closes its data channel, and has another when it is taken out', async () => {
    const window = openFakeWindow();
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    window.happen('pagehide', true);
    expect(page.told.slice(-2)).toEqual(['websocket', 'reconnecting']);
    expect(page.peers.map(({ connectionState }) => connectionState)).toEqual(['closed']);
    await game.pass(30_000);
    expect(page.peers).toHaveLength(1);
    window.happen('pageshow', true);
    await game.passUntil(() => page.channel.state === 'open' && wireOf(page) === 'webrtc');
    expect(page.peers).toHaveLength(2);
    await until(() => game.stack.gateway.stats().dataChannels === 1);
    page.channel.close();
    expect(window.listeners).toEqual(new Set());
  }, 60_000);

  it('whose network changes plays on, and moves to another data channel there', async () => {
    const window = openFakeWindow();
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    await game.passUntil(() => game.stack.log.some(({ what }) => what === 'moved'));
    // From its new address nothing of the old data channel gets through.
    game.path.isCut = true;
    window.happen('online');
    await until(() => page.answers.filter(({ type }) => type === 'hello').length === 2);
    await game.passUntil(() => wireOf(page) === 'websocket');
    expect(page.channel.state).toBe('open');
    game.path.isCut = false;
    await game.passUntil(() => wireOf(page) === 'webrtc');
    expect(page.told).not.toContain('reconnecting');
    expect(page.peers).toHaveLength(2);
    await until(() => game.stack.gateway.stats().dataChannels === 1);
  });
});

describe('UDP that is blocked', MIXED, () => {
  it('leaves the channel on its WebSocket, and is tried at growing intervals', async () => {
    await using game = await startDataChannels({}, 1);
    game.path.isCut = true;
    const page = await game.page(0);
    await until(() => offersOf(page) === 1);
    const at: number[] = [];
    const start = game.stack.clock.monotonic();
    for (let second = 0; second < 200; second += 1) {
      const before = offersOf(page);
      await game.pass(1_000);
      if (offersOf(page) > before) at.push((game.stack.clock.monotonic() - start) / 1_000);
    }
    const intervals = at.map((time, index) => time - (at[index - 1] ?? 0));
    expect(intervals.length).toBeGreaterThan(4);
    expect(intervals.length).toBeLessThan(10);
    expect(intervals).toEqual([...intervals].sort((a, b) => a - b));
    expect(wireOf(page)).toBe('websocket');
    expect(page.told).not.toContain('webrtc');
  }, 60_000);
});

describe('a WebSocket that dies while the data channel lives', MIXED, () => {
  it('does not stop the game: another WebSocket adopts the data channel', async () => {
    await using game = await startDataChannels();
    const { client } = await play(game);
    await echo(game, client, 1);
    const told = [...client.told];
    client.sockets.at(-1)?.terminate();
    await echo(game, client, 2);
    await game.passUntil(() => client.sockets.length === 2 && offersOf(client) === 1);
    await game.passUntil(() => client.answers.filter(({ type }) => type === 'hello').length === 2);
    await game.pass(3_000);
    await echo(game, client, 3);
    expect(client.told).toEqual(told);
    expect(client.peers).toHaveLength(1);
    expect(wireOf(client)).toBe('webrtc');
    expect(client.channel.stats().lost).toEqual({ sending: 0, receiving: 0 });
  });

  it('gives the game fifteen seconds, and then both are closed', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    page.isOffline = true;
    page.sockets.at(-1)?.terminate();
    await game.pass(14_000);
    expect(page.channel.state).toBe('open');
    expect(wireOf(page)).toBe('webrtc');
    await game.pass(3_000);
    expect(page.channel.state).toBe('reconnecting');
    await until(() => game.stack.gateway.stats().dataChannels === 0);
    expect(game.stack.gateway.stats().channels).toBe(0);
  }, 60_000);

  it('and a data channel that dies after it: the channel comes back with both', async () => {
    await using game = await startDataChannels();
    const { client } = await play(game);
    await echo(game, client, 1);
    await loseBothWires(game, client);
    client.isOffline = false;
    game.path.isCut = false;
    await game.passUntil(() => client.channel.state === 'open' && wireOf(client) === 'webrtc');
    await echo(game, client, 2);
  }, 60_000);
});

describe('a WebSocket that dies while a data channel comes up', MIXED, () => {
  it('takes it along, and none is tried before the next WebSocket is there', async () => {
    await using game = await startDataChannels({}, 1);
    game.path.isCut = true;
    const page = await game.page(0);
    await until(() => offersOf(page) === 1);
    page.isOffline = true;
    page.sockets.at(-1)?.terminate();
    await game.passUntil(() => page.channel.state === 'reconnecting');
    expect(page.peers.map(({ connectionState }) => connectionState)).toEqual(['closed']);
    await game.pass(40_000);
    expect(page.peers).toHaveLength(1);
    page.isOffline = false;
    game.path.isCut = false;
    await game.passUntil(() => page.channel.state === 'open' && wireOf(page) === 'webrtc');
    expect(page.peers).toHaveLength(2);
  }, 60_000);

  it('and one that dies after its WebSocket is not tried before the next one either', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    await loseBothWires(game, page);
    await game.pass(40_000);
    expect(page.peers.map(({ connectionState }) => connectionState)).toEqual(['closed']);
  }, 60_000);

  it('and a channel that comes back as the other wire says so', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    await loseBothWires(game, page);
    page.isOffline = false;
    await game.passUntil(() => page.channel.state === 'open');
    expect(wireOf(page)).toBe('websocket');
    expect(page.told.slice(-4)).toEqual(['reconnecting', 'websocket', 'checking', 'open']);
  }, 60_000);
});

describe('a data channel', MIXED, () => {
  it('is closed with the WebSocket where the player is kicked', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    page.seat.end('revoked');
    await until(() => page.channel.state === 'closed');
    expect(page.told.at(-1)).toBe('revoked');
    await until(() => page.peers.every(({ connectionState }) => connectionState === 'closed'));
    expect(game.stack.gateway.stats().dataChannels).toBe(0);
  });

  it('is closed with its WebSocket where the game closes the channel', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    page.channel.close();
    await until(() => game.stack.gateway.stats().dataChannels === 0);
    await until(() => game.stack.gateway.stats().channels === 0);
  });

  it('of an older page ends where the same player opens another, with its WebSocket lost or not', async () => {
    await using game = await startDataChannels({}, 1);
    const old = await game.page(0);
    await game.passUntil(() => wireOf(old) === 'webrtc');
    old.isOffline = true;
    old.sockets.at(-1)?.terminate();
    const page = await game.page(0, old);
    await until(() => game.stack.gateway.stats().dataChannels <= 1);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    expect(game.stack.gateway.stats().dataChannels).toBe(1);
    await game.passUntil(() => old.channel.state === 'reconnecting');
  });

  it('that piles up drops what comes next, instead of sending it late', async () => {
    await using game = await startDataChannels({}, 1);
    const page = await game.page(0);
    await game.passUntil(() => wireOf(page) === 'webrtc');
    game.path.holds = true;
    for (let count = 0; count < 400; count += 1) page.channel.send(new Uint8Array(1_000), 1);
    const { sent, notSent } = page.channel.stats();
    expect(notSent.congested).toBeGreaterThan(200);
    expect(sent).toBeLessThan(200);
    game.path.release();
  });

  it('that piles up on its way to the page drops what comes next, and counts it', async () => {
    await using game = await startDataChannels();
    const { host, client } = await play(game);
    await echo(game, client, 1);
    const id = host.from[0];
    game.path.holds = true;
    // The host's own wire is not to be the one that piles up: it sends by its WebSocket.
    host.sockets.at(-1)?.send(JSON.stringify({ type: 'back', id: 1 }));
    await until(() => host.channel.stats().wire === 'websocket');
    await until(() => {
      for (let count = 0; count < 10; count += 1) host.channel.send(new Uint8Array(1_000), id);
      return game.stack.gateway.stats().toPage.dropped.congested > 50;
    });
    const { received, sent, dropped } = game.stack.gateway.stats().toPage;
    expect(received).toBe(sent + Object.values(dropped).reduce((sum, each) => sum + each, 0));
    game.path.release();
  });

  it('loses what the network loses, and no more: each datagram is accounted for', async () => {
    await using game = await startDataChannels();
    const { host, client } = await play(game);
    await echo(game, client, 0);
    let chance = 1;
    game.path.loses = (bytes) => {
      // Probes are short.
      if (bytes.length < 300) return false;
      // By chance, and each time by the same: a loss in turn would always meet the same direction.
      chance = (chance * 16_807) % 2_147_483_647;
      return chance % 10 === 0;
    };
    for (let number = 1; number <= 100; number += 1) {
      client.channel.send(new Uint8Array(400).fill(number));
      await game.pass(20);
    }
    game.path.loses = () => false;
    await game.pass(6_000);
    const [ofClient, ofHost] = [client.channel.stats(), host.channel.stats()];
    const { fromPage } = game.stack.gateway.stats();
    expect(client.told).not.toContain('websocket');
    expect(ofClient.lost.sending).toBeGreaterThan(3);
    expect(ofClient.sent - ofClient.lost.sending + ofHost.sent - ofHost.lost.sending).toBe(
      fromPage.received,
    );
    const own = client.heard.filter((each) => each > 0);
    expect(own.length).toBe(new Set(own).size);
  }, 60_000);
});
