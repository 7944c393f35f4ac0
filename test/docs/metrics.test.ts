import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createGateway, createPrometheusGatewayMetrics } from '../../src/gateway/index.js';
import { createPrometheusMetrics } from '../../src/proxy/node.js';
import { createRelayProxy } from '../../src/proxy/relay-proxy.js';

// The page about metrics has a row for each figure that is scraped, and none for others.

/** What `GET /metrics` answers of a proxy that has all that tells figures. */
async function scrape(): Promise<string> {
  const gatewayMetrics = createPrometheusGatewayMetrics();
  const metrics = createPrometheusMetrics({ more: () => gatewayMetrics.expose() });
  const proxy = createRelayProxy({
    edgegap: { apiToken: 'x', fetch: async () => Response.json({}, { status: 500 }) },
    jwt: { jwksUrl: 'http://127.0.0.1:1/keys', issuer: 'studio', audience: 'game' },
    gateway: {},
    metrics,
  });
  const gateway = createGateway({ seats: proxy.seats, metrics: gatewayMetrics });
  const request = new Request('http://127.0.0.1/metrics');
  const answer = await proxy.fetch(request, { remoteAddress: '127.0.0.1' });
  await Promise.all([gateway.close(), proxy.close()]);
  return answer.text();
}

it('has each figure that is scraped, and no other', async () => {
  const scraped = [...(await scrape()).matchAll(/^# HELP (\w+) /gm)].map(([, name]) => name);
  const rows = readFileSync('docs/metrics.md', 'utf8').match(/^\| `.*$/gm) ?? [];
  const told = rows.flatMap((row) => row.split(' | ')[0]?.match(/\w{8,}/g) ?? []);
  expect(scraped.length).toBeGreaterThan(50);
  expect(told.toSorted()).toEqual(scraped.toSorted());
});
