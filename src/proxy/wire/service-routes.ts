import type { Hono } from 'hono';
import { ProxyError } from '../proxy-error.js';
import type { Services } from '../services.js';
import { createOpenApiDocument } from './openapi.js';
import type { ProxyEnv } from './routes.js';

/** How long an answer of upstream counts for `/readyz`, in milliseconds. */
const READY_FOR = 5_000;

/** What is not for players: the relay service's webhook, and what whoever runs the proxy looks at. */
export function addServiceRoutes(app: Hono<ProxyEnv>, services: Services, basePath: string): void {
  const { api, clock, isClosing, metrics, records, store, webhookTokens } = services;
  let readiness: { readonly until: number; readonly check: Promise<void> } | undefined;

  app.post('/v1/webhooks/:token', async ({ req, env: { exchange } }) => {
    exchange.route = '/v1/webhooks/:token';
    // The body is not believed, so it is not read: the server throws it away.
    const proof = await webhookTokens.read(req.param('token'));
    if (!proof) throw new ProxyError(404, 'not-found', 'There is no such webhook.');
    const sessionId = await records.sessionOfNonce(proof.nonce);
    if (sessionId && (await records.claimWebhook(proof.nonce, sessionId))) {
      exchange.sessionId = sessionId;
      await records.tell(sessionId, 'refresh');
    }
    return exchange.empty(204);
  });

  app.get('/healthz', async ({ env: { exchange } }) => {
    exchange.route = '/healthz';
    return exchange.json({ status: 'ok' });
  });

  app.get('/readyz', async ({ env: { exchange } }) => {
    exchange.route = '/readyz';
    if (isClosing()) return exchange.json({ message: 'It is stopping.', code: 'closing' }, 503);
    if (!readiness || readiness.until <= clock.monotonic()) {
      const check = Promise.all([store.check(), api.listSessions({ limit: 1 })]).then(() => {});
      readiness = { until: clock.monotonic() + READY_FOR, check };
    }
    try {
      await readiness.check;
      return exchange.json({ status: 'ready' });
    } catch {
      const message = 'The store or the relay service does not answer.';
      return exchange.json({ message, code: 'upstream-unavailable' }, 503);
    }
  });

  if (metrics) {
    app.get('/metrics', async ({ env: { exchange } }) => {
      exchange.route = '/metrics';
      const { body, contentType } = await metrics.expose();
      return exchange.json(body, 200, { 'content-type': contentType });
    });
  }

  let openApi: string | undefined;
  app.get('/openapi.json', async ({ env: { exchange } }) => {
    exchange.route = '/openapi.json';
    openApi ??= JSON.stringify(createOpenApiDocument(basePath));
    return exchange.json(openApi);
  });
}
