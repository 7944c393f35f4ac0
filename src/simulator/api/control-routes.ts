import { Hono } from 'hono';
import { cors } from 'hono/cors';
import * as v from 'valibot';
import { isRelayError } from '../../common/relay-error.js';
import type { SimulatorEnv } from '../simulator-env.js';
import type { SimulatorControls } from './controls.js';
import { readBody, refuse } from './read-body.js';

const Failure = v.strictObject({
  message: v.optional(v.pipe(v.string(), v.nonEmpty('must not be empty')), 'Failed on demand.'),
});

/**
 * The simulator's levers, for pages and for tests in other languages; any origin may pull them.
 *
 * - `GET /stats`, `GET /sessions`
 * - `GET /life`, `PUT /life`
 * - `GET /network`, `PUT /network`
 * - `GET /faults`, `POST /faults`, `DELETE /faults`
 * - `POST /sessions/:session_id/fail`, `…/relink`, `…/end`
 */
export function createControlRoutes(controls: SimulatorControls): Hono<SimulatorEnv> {
  const app = new Hono<SimulatorEnv>();
  app.use(cors({ origin: '*', allowMethods: ['GET', 'POST', 'PUT', 'DELETE'] }));
  app.get('/stats', ({ json }) => json(controls.stats()));
  app.get('/sessions', ({ json }) => json(controls.sessions()));
  app.get('/life', ({ json }) => json(controls.life()));
  app.put('/life', async ({ req, json }) => {
    const change = await readBody(req.raw, v.record(v.string(), v.unknown()));
    return json(sayWhy(() => controls.setLife(change)));
  });
  app.get('/network', ({ json }) => json(controls.network()));
  app.put('/network', async ({ req, json }) => {
    const change = await readBody(req.raw, v.record(v.string(), v.unknown()));
    return json(sayWhy(() => controls.setNetwork(change)));
  });
  app.get('/faults', ({ json }) => json(controls.faults.list()));
  app.post('/faults', async ({ req, json }) => {
    const fault = await readBody(req.raw, v.looseObject({ kind: v.string() }));
    sayWhy(() => controls.faults.add(fault as Parameters<typeof controls.faults.add>[0]));
    return json(controls.faults.list(), 201);
  });
  app.delete('/faults', ({ body }) => {
    controls.faults.clear();
    return body(null, 204);
  });
  app.post('/sessions/:session_id/fail', async ({ req, body }) => {
    const { message } = await readBody(req.raw, Failure);
    return controls.failSession(req.param('session_id'), message) ? body(null, 204) : missing();
  });
  app.post('/sessions/:session_id/relink', async ({ req, body }) =>
    (await controls.relink(req.param('session_id'))) ? body(null, 204) : missing(),
  );
  app.post('/sessions/:session_id/end', ({ req, body }) =>
    controls.endSession(req.param('session_id')) ? body(null, 204) : missing(),
  );
  return app;
}

function missing(): never {
  return refuse(404, 'There is no such session, or it is not linked.');
}

/** Does some work, and answers 400 with the reason if a setting is wrong. */
function sayWhy<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isRelayError(error)) return refuse(400, error.message);
    throw error;
  }
}
