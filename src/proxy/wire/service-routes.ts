import type { Hono } from 'hono';
import type { RelayApi } from '../../api/relay-api.js';
import type { LoginKeys, WebhookTokens } from '../identity/index.js';
import type { Exchange } from '../operations/index.js';
import { ProxyError } from '../proxy-error.js';
import type { Metrics } from '../reports/index.js';
import type { SessionRecords, Store } from '../store/index.js';
import { answerDoctor, DOCTOR_PATH, type DoctorRouteTools } from './doctor-route.js';
import { createOpenApiDocument } from './openapi.js';
import type { ProxyEnv } from './routes.js';

/** What the routes that are not for players work with. */
export interface ServiceRouteTools extends DoctorRouteTools {
  readonly api: RelayApi;
  /** The keys of the studio's login, where they are fetched. */
  readonly loginKeys: LoginKeys | undefined;
  readonly metrics: Metrics | undefined;
  readonly records: SessionRecords;
  readonly store: Store;
  readonly webhookTokens: WebhookTokens;
  /** Whether the proxy is about to stop. */
  readonly isClosing: () => boolean;
}

/** How long an answer of the relay service counts for `/readyz`, in milliseconds. */
const READY_FOR = 5_000;

/** Adds the routes that are not for players: the relay service's webhook, and those for whoever runs the proxy. */
export function addServiceRoutes(
  app: Hono<ProxyEnv>,
  tools: ServiceRouteTools,
  basePath: string,
): void {
  const { metrics } = tools;
  const readiness = new Readiness(tools);
  let openApi: string | undefined;

  app.post('/v1/webhooks/:token', ({ req, env: { exchange } }) => {
    exchange.route = '/v1/webhooks/:token';
    return takeWebhook(tools, exchange, req.param('token'));
  });
  app.get('/healthz', ({ env: { exchange } }) => {
    exchange.route = '/healthz';
    return exchange.json({ status: 'ok' });
  });
  app.get('/readyz', ({ env: { exchange } }) => {
    exchange.route = '/readyz';
    return readiness.answer(exchange);
  });
  app.get(DOCTOR_PATH, ({ env: { exchange }, req }) => {
    exchange.route = DOCTOR_PATH;
    return answerDoctor(tools, req.raw, exchange);
  });
  app.get('/openapi.json', ({ env: { exchange } }) => {
    exchange.route = '/openapi.json';
    openApi ??= JSON.stringify(createOpenApiDocument(basePath));
    return exchange.json(openApi);
  });
  if (!metrics) return;
  app.get('/metrics', async ({ env: { exchange } }) => {
    exchange.route = '/metrics';
    const { body, contentType } = await metrics.expose();
    return exchange.json(body, 200, { 'content-type': contentType });
  });
}

/**
 * Takes a webhook, which says that there is news of a session. One that comes again changes nothing. Its body is not
 * believed, and so not read: the server discards it.
 */
async function takeWebhook(
  { records, webhookTokens }: ServiceRouteTools,
  exchange: Exchange,
  token: string,
): Promise<Response> {
  const proof = await webhookTokens.read(token);
  if (!proof) throw new ProxyError(404, 'not-found', 'There is no such webhook.');
  const sessionId = await records.tellOfWebhook(proof.nonce);
  if (sessionId !== undefined) exchange.sessionId = sessionId;
  return exchange.empty(204);
}

/** Thrown where tokens of the studio's login cannot be checked. */
class NoLoginKeys extends Error {}

/**
 * Whether requests may be sent here: the store and the relay service answer, logins can be checked, and the proxy is
 * not about to stop.
 */
class Readiness {
  readonly #tools: ServiceRouteTools;
  /** The last look, and until when it counts, on the monotonic clock. */
  #last: { readonly until: number; readonly check: Promise<unknown> } | undefined;

  constructor(tools: ServiceRouteTools) {
    this.#tools = tools;
  }

  async answer(exchange: Exchange): Promise<Response> {
    if (this.#tools.isClosing()) {
      return exchange.refusal({ message: 'It is stopping.', code: 'closing' }, 503);
    }
    try {
      await this.#check();
      const { loginKeys } = this.#tools;
      // With the last good keys, logins still work.
      const keys = loginKeys && { login_keys: loginKeys.isCurrent ? 'current' : 'outdated' };
      return exchange.json({ status: 'ready', ...keys });
    } catch (error) {
      const message =
        error instanceof NoLoginKeys
          ? 'The login keys cannot be fetched.'
          : 'The store or the relay service does not answer.';
      return exchange.refusal({ message, code: 'upstream-unavailable' }, 503);
    }
  }

  #check(): Promise<unknown> {
    const { api, clock, store } = this.#tools;
    if (!this.#last || this.#last.until <= clock.monotonic()) {
      const check = Promise.all([store.check(), api.listSessions({ limit: 1 }), this.#checkKeys()]);
      this.#last = { until: clock.monotonic() + READY_FOR, check };
    }
    return this.#last.check;
  }

  async #checkKeys(): Promise<void> {
    const { loginKeys } = this.#tools;
    if (loginKeys && !(await loginKeys.areThere())) throw new NoLoginKeys();
  }
}
