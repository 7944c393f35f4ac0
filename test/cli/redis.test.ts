import { expect, it } from 'vitest';
import { createSimulator } from '../../src/simulator/simulator.js';
import { runCommand } from '../support/command.js';
import { GameClient } from '../support/game-client.js';
import { describeWithRedis, startRedis } from '../support/redis-server.js';

const PASSWORD = 'hush-hush-4711';

const settings = (redisUrl: string) => ({
  EDGEGAP_API_TOKEN: 'secret',
  RELAIS_DRAIN: '0',
  RELAIS_GUESTS: 'on',
  RELAIS_DEVELOPMENT_IP: '203.0.113.7',
  RELAIS_SECRETS: 'a secret that instances share 123456',
  RELAIS_REDIS_URL: redisUrl,
});

describeWithRedis('relais proxy with a Redis', () => {
  it('is one proxy in several processes, and goes on where one is killed', async () => {
    await using redis = await startRedis(['--requirepass', PASSWORD], { password: PASSWORD });
    await using simulator = await startSimulator();
    const env = {
      ...settings(`redis://:${PASSWORD}@127.0.0.1:${redis.port}/1`),
      EDGEGAP_API_URL: simulator.url,
      RELAIS_REDIS_PREFIX: 'my-game:',
    };
    const first = runCommand(['proxy', '--port', '0'], env);
    const second = runCommand(['proxy', '--port', '0'], env);
    const host = await GameClient.guest(await first.listening);
    const session = (await host.create()).body;
    first.stop('SIGKILL');
    await first.ended;
    const elsewhere = Object.assign(new GameClient(await second.listening), { token: host.token });
    expect((await elsewhere.linked(session)).role).toBe('server');
    await redis.kill();
    expect((await elsewhere.send('GET', '/readyz')).status).toBe(503);
    expect((await elsewhere.create()).status).toBe(500);
    await redis.start();
    const isReady = async () => (await elsewhere.send('GET', '/readyz')).status;
    await expect.poll(isReady, { timeout: 20_000 }).toBe(200);
    // Redis has forgotten everything; the ticket has not.
    expect((await elsewhere.get(session)).status).toBe(200);
    second.stop('SIGTERM');
    const { code, stdout, stderr } = await second.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The connection to Redis was lost');
    expect(stdout).toContain('The connection to Redis is back');
    expect(stdout).not.toContain('in this process’s memory alone');
    expect(stdout).not.toContain(PASSWORD);
  });

  it.each([
    [['--cluster-enabled', 'yes'], '', 2, 'RELAIS_REDIS_URL leads to a Redis in cluster mode'],
    [['--maxmemory-policy', 'allkeys-lru'], '', 2, 'set it to "noeviction"'],
    [['--requirepass', 'another'], `:${PASSWORD}@`, 2, 'RELAIS_REDIS_URL must hold the user'],
  ])('ends with one sentence where it is of no use: %j', async (server, access, code, words) => {
    const password = server[1] === 'another' ? { password: 'another' } : {};
    await using redis = await startRedis(server, password);
    const url = redis.url.replace('//', `//${access}`);
    const ended = await runCommand(['proxy', '--port', '0'], settings(url)).ended;
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(words);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).not.toContain(PASSWORD);
  });
});

async function startSimulator() {
  const simulator = await createSimulator({ linkDelay: 20 });
  return { url: simulator.url, [Symbol.asyncDispose]: () => simulator.close() };
}
