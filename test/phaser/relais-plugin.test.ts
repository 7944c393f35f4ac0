import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type RelaisPlugin, type RelaisPluginData, relaisPlugin } from '../../src/phaser/index.js';
import { StandInGame, StandInScene } from '../support/phaser-game.js';
import { startStack } from '../support/stack.js';
import { gatherUncaught } from '../support/uncaught.js';
import { until } from '../support/until.js';

const uncaught = gatherUncaught();

const start = () => startStack({ linkDelay: 20, relay: { checkDelay: 20 } }, { gateway: {} });

const enter = (proxyUrl: string, data: Partial<RelaisPluginData> = {}) =>
  new StandInGame(
    relaisPlugin({
      proxyUrl,
      via: 'gateway',
      channel: { WebSocket },
      ...data,
    }),
  );

/** Takes steps until something holds. */
const stepUntil = (game: StandInGame, expectation: () => void) =>
  until(() => {
    game.step();
    expectation();
  });

const EVENTS = ['open', 'error', 'close', 'channel', 'channel-error', 'channel-close'] as const;

/** A scene that hears all that is named, each as its name. */
function listen(plugin: RelaisPlugin): StandInScene {
  const scene = new StandInScene();
  for (const name of EVENTS) plugin.on(name, () => scene.told.push([name]), scene);
  return scene;
}

const namesOf = (scene: StandInScene) => scene.told.map(([name]) => name);

describe('the entry in a game’s configuration', () => {
  it('has a key of its own for each game of a page, and what the game calls it', () => {
    const [one, other] = [relaisPlugin({ proxyUrl: '/a' }), relaisPlugin({ proxyUrl: '/b' })];
    expect(one.key).not.toBe(other.key);
    expect(one).toMatchObject({ start: true, mapping: 'relais', data: { proxyUrl: '/a' } });
    const named = relaisPlugin({ proxyUrl: '/c', key: 'net', mapping: 'net' });
    expect(named).toMatchObject({ key: 'net', mapping: 'net', data: { proxyUrl: '/c' } });
  });

  it('needs the proxy’s URL, and no option that there is none of', () => {
    const item = relaisPlugin({ proxyUrl: 'https://studio.example/relay' });
    const make = (data: unknown) => () =>
      new StandInGame({ ...item, data: data as RelaisPluginData });
    expect(make(null)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(make({})).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(make({ proxyUrl: 'https://studio.example', none: 1 })).toThrow('"none" is no option');
    expect(
      () => new item.plugin({ game: { events: new StandInScene().sys.events } }).relay,
    ).toThrow(expect.objectContaining({ code: 'invalid-state' }));
  });
});

describe('a scene', () => {
  it('hears everything in the game’s step, in the order in which it came, and nothing before', async () => {
    await using stack = await start();
    const game = enter(stack.proxyUrl);
    const scene = listen(game.plugin);
    await game.plugin.relay.create();
    await until(() => game.plugin.channel !== undefined);
    expect(scene.told).toEqual([]);
    game.step();
    expect(namesOf(scene)).toEqual(['open', 'channel']);
    game.plugin.relay.leave();
    expect(game.plugin.channel).toBeUndefined();
    expect(namesOf(scene)).toEqual(['open', 'channel']);
    game.step();
    expect(namesOf(scene).slice(2).sort()).toEqual(['channel-close', 'close']);
    game.destroy();
  });

  it('that is shut down hears nothing more, and when it starts again everything once', async () => {
    await using stack = await start();
    const game = enter(stack.proxyUrl);
    const scene = listen(game.plugin);
    scene.shutDown();
    // Some of its code was still waiting for something.
    game.plugin.on('open', () => scene.told.push(['late']), scene);
    scene.restart();
    game.plugin.on('open', () => scene.told.push(['open']), scene);
    await game.plugin.relay.create();
    game.step();
    expect(scene.told).toEqual([['open']]);
    expect(scene.sys.events.listenerCount('shutdown')).toBe(1);
    scene.sys.events.emit('destroy');
    expect(scene.sys.events.listenerCount('shutdown')).toBe(0);
    game.plugin.relay.leave();
    game.step();
    expect(scene.told).toEqual([['open']]);
    game.destroy();
  });

  it('that ends while it hears of an event does not hear the rest of it', async () => {
    await using stack = await start();
    const game = enter(stack.proxyUrl);
    const scene = new StandInScene();
    game.plugin.on('open', () => scene.shutDown(), scene);
    game.plugin.on('open', () => scene.told.push(['open']), scene);
    await game.plugin.relay.create();
    game.step();
    expect(scene.told).toEqual([]);
    game.destroy();
  });

  it('listens once, no longer, and by a function alone; one that throws disturbs no other', async () => {
    await using stack = await start();
    const game = enter(stack.proxyUrl);
    const [scene, other] = [new StandInScene(), new StandInScene()];
    const hear = function (this: unknown, state: string) {
      (this as StandInScene).told.push([state]);
    };
    game.plugin.on('state', hear, other).off('state', hear, other);
    game.plugin.on(
      'state',
      () => {
        throw new Error('of the game');
      },
      scene,
    );
    game.plugin.once('state', hear, scene);
    expect(() => game.plugin.on('state', undefined as never, scene)).toThrow(TypeError);
    await game.plugin.relay.create();
    game.step();
    expect(scene.told).toEqual([['requesting']]);
    expect(other.told).toEqual([]);
    await until(() => expect(uncaught).toContainEqual(new Error('of the game')));
    game.destroy();
  });

  it('hears of a channel that cannot be opened, and of none where the game wants none', async () => {
    await using stack = await startStack({ linkDelay: 20 });
    const game = enter(stack.proxyUrl, { via: undefined });
    const scene = listen(game.plugin);
    await game.plugin.relay.create();
    await stepUntil(game, () => expect(namesOf(scene)).toEqual(['open', 'channel-error']));
    game.destroy();

    const without = enter(stack.proxyUrl, { via: undefined, channel: false });
    const quiet = listen(without.plugin);
    await without.plugin.relay.create();
    await stepUntil(without, () => expect(namesOf(quiet)).toEqual(['open']));
    without.destroy();
  });
});

describe('the plugin', () => {
  it('leaves with its game, and leaves nothing behind, whatever it was doing', async () => {
    await using stack = await start();
    for (const moment of ['idle', 'requesting', 'open', 'channel'] as const) {
      const game = enter(stack.proxyUrl);
      const scene = listen(game.plugin);
      const { relay } = game.plugin;
      if (moment !== 'idle') relay.create();
      if (moment === 'open') await until(() => relay.state === 'open');
      if (moment === 'channel') await until(() => game.plugin.channel !== undefined);
      const { channel } = game.plugin;
      game.destroy();
      expect(relay.eventNames()).toEqual([]);
      expect(scene.sys.events.eventNames()).toEqual([]);
      expect([undefined, 'closed']).toContain(channel?.state);
      game.step();
      expect(scene.told).toEqual([]);
      await until(() => expect(stack.simulator.sessions()).toEqual([]));
      expect(stack.channelTotals()?.channels ?? 0).toBe(0);
    }
  });

  it('that is stopped leaves the match, and plays again once it is started', async () => {
    await using stack = await start();
    const game = enter(stack.proxyUrl);
    const scene = listen(game.plugin);
    await game.plugin.relay.create();
    game.plugin.stop();
    game.step();
    expect(scene.told).toEqual([]);
    expect(game.plugin.relay.state).toBe('closed');
    game.plugin.start();
    await game.plugin.relay.create();
    await stepUntil(game, () => expect(namesOf(scene)).toEqual(['open', 'channel']));
    game.destroy();
  });
});
