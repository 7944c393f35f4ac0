import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RelayApi } from '../../../src/api/relay-api.js';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.js';
import { FakeClock } from '../../support/fake-clock.js';

const USERS = { users: [{ ip: '1.1.1.1' }] };
let clock: FakeClock;
let simulator: Simulator;
let api: RelayApi;

beforeEach(async () => {
  clock = new FakeClock();
  simulator = await createSimulator({ clock, control: true });
  api = new RelayApi({ apiToken: 'secret', baseUrl: simulator.url });
});
afterEach(() => simulator.close());

async function pull(method: string, path: string, body?: unknown) {
  const response = await fetch(`${simulator.url}/_simulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

describe('/_simulator', () => {
  it('is not there unless asked for', async () => {
    const plain = await createSimulator();
    const response = await fetch(`${plain.url}/_simulator/stats`);
    expect(response.status).toBe(404);
    await plain.close();
  });

  it('opens itself to the pages of any origin, and leaves the API closed to them', async () => {
    const headers = { origin: 'http://game.example', 'access-control-request-method': 'PUT' };
    const preflight = await fetch(`${simulator.url}/_simulator/life`, {
      method: 'OPTIONS',
      headers,
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    const stats = await fetch(`${simulator.url}/_simulator/stats`, { headers });
    expect(stats.headers.get('access-control-allow-origin')).toBe('*');
    const list = await fetch(`${simulator.url}/v1/relays/sessions`, { headers });
    expect(list.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('counts what was done, per operation and status', async () => {
    const { session_id } = await api.createSession(USERS);
    await api.createSession(USERS);
    await api.getSession(session_id);
    await api.deleteSession(session_id);
    await expect(api.getSession(session_id)).rejects.toThrow();
    await fetch(`${simulator.url}/v1/relays/sessions`);
    const stats = await pull('GET', 'stats');
    expect(stats).toEqual({ status: 200, body: simulator.stats() });
    expect(stats.body).toEqual({
      calls: {
        'relay-session-create': { 200: 2 },
        'relay-session-list': { 401: 1 },
        'relay-session-get': { 200: 1, 404: 1 },
        'relay-session-delete': { 204: 1 },
        'relay-user-authorize': {},
        'relay-user-revoke': {},
      },
      sessions: { open: 1, created: 2 },
      webhooks: { sent: 0, delivered: 0, failed: 0, lost: 0 },
      relay: {
        pings: 0,
        forwarded: 0,
        dropped: { oversized: 0, malformed: 0, unauthorized: 0, unroutable: 0 },
        lost: { toRelay: 0, fromRelay: 0 },
      },
    });
  });

  it('shows and changes how sessions live', async () => {
    expect(await pull('GET', 'life')).toMatchObject({ body: { linkDelay: 1_500 } });
    expect(await pull('PUT', 'life', { linkDelay: 10 })).toEqual({
      status: 200,
      body: { linkDelay: 10, readyDelay: null, failure: null },
    });
    const { session_id } = await api.createSession(USERS);
    clock.advance(10);
    expect(await api.getSession(session_id)).toMatchObject({ linked: true });
  });

  it('shows and changes the network', async () => {
    const perfect = { loss: 0, latency: 0, jitter: 0 };
    expect(await pull('GET', 'network')).toEqual({ status: 200, body: perfect });
    const body = { ...perfect, loss: 0.5, jitter: 20 };
    expect(await pull('PUT', 'network', { loss: 0.5, jitter: 20 })).toEqual({ status: 200, body });
    expect(await pull('GET', 'network')).toEqual({ status: 200, body });
    expect(simulator.network()).toEqual(body);
  });

  it('relinks, fails and ends a session', async () => {
    const { session_id } = await api.createSession(USERS);
    expect((await pull('POST', `sessions/${session_id}/relink`)).status).toBe(404);
    clock.advance(1_500);
    const before = await api.getSession(session_id);
    expect((await pull('POST', `sessions/${session_id}/relink`)).status).toBe(204);
    expect((await api.getSession(session_id)).relay).not.toEqual(before.relay);
    expect((await pull('POST', `sessions/${session_id}/fail`, { message: 'Gone.' })).status).toBe(
      204,
    );
    expect((await api.getSession(session_id)).error).toBe('Gone.');
    expect((await pull('GET', 'sessions')).body).toMatchObject([{ session_id, error: 'Gone.' }]);
    expect((await pull('POST', `sessions/${session_id}/end`)).status).toBe(204);
    await expect(api.getSession(session_id)).rejects.toMatchObject({ code: 'not-found' });
    for (const lever of ['fail', 'relink', 'end']) {
      expect((await pull('POST', `sessions/${session_id}/${lever}`)).status).toBe(404);
    }
  });

  it('fails a session without being told why', async () => {
    const { session_id } = await api.createSession(USERS);
    expect((await pull('POST', `sessions/${session_id}/fail`)).status).toBe(204);
    expect((await api.getSession(session_id)).error).toBe('Failed on demand.');
  });

  it('adds, lists and ends faults', async () => {
    const fault = {
      kind: 'rate-limited',
      operation: 'relay-session-create',
      times: 1,
      retryAfter: 3,
    };
    expect(await pull('POST', 'faults', fault)).toEqual({ status: 201, body: [fault] });
    await expect(api.createSession(USERS)).rejects.toMatchObject({ retryAfter: 3_000 });
    expect((await pull('GET', 'faults')).body).toEqual([]);
    await pull('POST', 'faults', { kind: 'drop-before' });
    expect((await pull('DELETE', 'faults')).status).toBe(204);
    await expect(api.createSession(USERS)).resolves.toBeDefined();
  });

  it.each([
    ['PUT', 'life', { linkDelay: 'soon' }, '"linkDelay"'],
    ['PUT', 'life', { speed: 1 }, '"speed"'],
    ['PUT', 'life', [], 'must be Object'],
    ['PUT', 'network', { loss: 2 }, '"loss"'],
    ['PUT', 'network', { latency: -1 }, '"latency"'],
    ['PUT', 'network', { jitter: 60_001 }, '"jitter"'],
    ['PUT', 'network', { duplicates: 1 }, '"duplicates"'],
    ['POST', 'sessions/a/fail', [], 'must be Object'],
    ['POST', 'faults', { kind: 'earthquake' }, '"kind"'],
    ['POST', 'faults', {}, '"kind"'],
    ['POST', 'faults', { kind: 'any', rate: 7 }, '"rate"'],
    ['POST', 'sessions/a/fail', { message: 7 }, '"message"'],
    ['POST', 'sessions/a/fail', { message: '' }, '"message"'],
  ])('refuses what makes no sense: %s %s %j', async (method, path, body, field) => {
    const answer = await pull(method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(field);
  });

  it('has no other paths', async () => {
    expect((await pull('GET', 'secrets')).status).toBe(404);
    expect((await pull('DELETE', 'stats')).status).toBe(404);
  });
});
