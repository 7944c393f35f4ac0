import WebSocket from 'ws';
import { type Input, move, type Self } from '../../demo/game/bodies.js';
import { joinGame, RATE } from '../../demo/game/netcode.js';
import type { Rest } from '../../demo/game/rules.js';
import { openChannel } from '../../src/channel/open-channel.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';

/** Somebody who plays the demo's game without a browser. */
export interface GameGuest {
  readonly relay: RelayConnection;
  leave(): Promise<void>;
}

/** Joins the game of a demo by its code, and flies about in it. */
export async function joinDemoGame(
  demoUrl: string,
  code: string,
  name: string,
): Promise<GameGuest> {
  const { proxyUrl } = await (await fetch(new URL('/service/settings', demoUrl))).json();
  const relay = new RelayConnection(proxyUrl, { via: 'gateway' });
  await relay.join(code);
  const channel = await openChannel(relay, { WebSocket });
  const game = joinGame<Input, Self, Rest>(channel, relay.playerId ?? '', move);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    const angle = ticks / 20 + (game.me() ?? 0);
    game.tick(name, { x: Math.cos(angle), y: Math.sin(angle), dash: ticks % 60 < 3 });
  }, 1_000 / RATE);
  channel.on('close', () => clearInterval(timer));
  return {
    relay,
    leave: () => relay.leave(),
  };
}
