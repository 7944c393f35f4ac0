import { expect, it } from 'vitest';
import { createSimulator } from '../../src/simulator/simulator.js';
import { type Certificate, makeCertificate } from '../support/certificate.js';
import { runCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';
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
    expect((await elsewhere.create()).status).toBe(503);
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

describeWithRedis('relais proxy with a Redis over TLS', () => {
  it('uses one whose certificate it is told to trust, as a user, in a database', async () => {
    using certificate = makeCertificate();
    await using redis = await startOverTls(certificate);
    await redis.ask('ACL', 'SETUSER', 'relais', 'on', `>${PASSWORD}`, '~relais:*', '&*', '+@all');
    await using simulator = await startSimulator();
    const proxy = runCommand(['proxy', '--port', '0'], {
      ...settings(`rediss://relais:${PASSWORD}@127.0.0.1:${redis.tlsPort}/2`),
      EDGEGAP_API_URL: simulator.url,
      NODE_EXTRA_CA_CERTS: certificate.cert,
    });
    const host = await GameClient.guest(await proxy.listening);
    expect((await host.send('GET', '/readyz')).status).toBe(200);
    expect((await host.create()).status).toBe(200);
    expect(await redis.ask('INFO', 'keyspace')).toContain('db2:keys=');
    proxy.stop('SIGTERM');
    expect((await proxy.ended).code).toBe(0);
  });

  it('refuses one whose certificate it does not trust, at once and with one sentence', async () => {
    using certificate = makeCertificate();
    await using redis = await startOverTls(certificate);
    const url = `rediss://127.0.0.1:${redis.tlsPort}`;
    const ended = await runCommand(['proxy', '--port', '0'], settings(url)).ended;
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('RELAIS_REDIS_URL leads to a Redis whose certificate');
    expect(ended.stderr).toContain('NODE_EXTRA_CA_CERTS');
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});

/** A Redis that listens with TLS on one port, and without on the other. */
async function startOverTls({ cert, key }: Certificate) {
  const tlsPort = await freePort();
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no'];
  const redis = await startRedis(['--tls-port', String(tlsPort), ...files]);
  return { ...redis, tlsPort };
}

async function startSimulator() {
  const simulator = await createSimulator({ linkDelay: 20 });
  return { url: simulator.url, [Symbol.asyncDispose]: () => simulator.close() };
}
