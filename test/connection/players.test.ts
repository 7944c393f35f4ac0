import { expect, it } from 'vitest';
import { layTable, open } from '../support/table.js';
import { until } from '../support/until.js';

it('a player knows their own id, and finds it among the players', async () => {
  await using table = await layTable();
  const { relay } = table;
  expect([relay.playerId, relay.players]).toEqual([undefined, []]);
  await open(table);
  expect([relay.playerId, relay.players]).toEqual(['anna', [{ playerId: 'anna', role: 'server' }]]);
  // The document keeps the API's words.
  expect(relay.session?.players).toMatchObject([{ player_id: 'anna' }]);
  await relay.leave();
  expect([relay.playerId, relay.players]).toEqual([undefined, []]);
});

it('the players are the same list until the document changes', async () => {
  await using table = await layTable();
  const { proxy, relay } = table;
  await open(table);
  const { players } = relay;
  expect(relay.players).toBe(players);
  proxy.change({ status: 'READY' });
  await until(() => expect(relay.session?.status).toBe('READY'));
  expect(relay.players).not.toBe(players);
});

it('events are the connection’s to fire', async () => {
  await using table = await layTable();
  expect('emit' in table.relay).toBe(false);
});
