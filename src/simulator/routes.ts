import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import * as v from 'valibot';
import { describeIssue } from '../api/check.js';
import { AuthorizeUserRequest, CreateSessionRequest, RevokeUserRequest } from '../api/requests.js';
import { BodyError, readJson } from '../http/read-json.js';
import type { Sessions } from './sessions.js';

/** In bytes. */
const LARGEST_BODY = 1024 * 1024;

/** The relay session API over the simulator's sessions. */
export function createRoutes(sessions: Sessions, apiToken: string): Hono {
  const app = new Hono();
  app.onError((error, context) =>
    error instanceof HTTPException
      ? context.json({ message: error.message }, error.status)
      : error instanceof BodyError
        ? context.json({ message: error.message }, 400)
        : context.json({ message: 'The simulator failed.' }, 500),
  );
  app.notFound((context) => context.json({ message: 'Not found.' }, 404));
  app.use('/v1/*', async (context, next) => {
    const header = context.req.header('authorization');
    if (!header) refuse(401, 'Authentication credentials were not provided.');
    if (header !== `token ${apiToken}`) refuse(403, 'Invalid token.');
    await next();
  });

  app.post('/v1/relays/sessions', async ({ req, json }) => {
    const { users, webhook_url } = await readBody(req.raw, CreateSessionRequest);
    const ips = users.map(({ ip }) => ip);
    return json(sessions.create(ips, webhook_url));
  });
  app.get('/v1/relays/sessions/:id', ({ req, json }) =>
    json(sessions.get(req.param('id')) ?? refuse(404, 'Session not found.')),
  );
  app.delete('/v1/relays/sessions/:id', ({ req, body }) =>
    sessions.delete(req.param('id')) ? body(null, 204) : refuse(404, 'Session not found.'),
  );
  app.post('/v1/relays/sessions:authorize-user', async ({ req, json }) => {
    const { session_id, user_ip } = await readBody(req.raw, AuthorizeUserRequest);
    return json(sessions.authorize(session_id, user_ip) ?? refuse(400, 'Session not found.'));
  });
  app.post('/v1/relays/sessions:revoke-user', async ({ req, json }) => {
    const { session_id, authorization_token } = await readBody(req.raw, RevokeUserRequest);
    return json(sessions.revoke(session_id, authorization_token) ?? refuse(404, 'User not found.'));
  });
  return app;
}

async function readBody<TSchema extends v.GenericSchema>(
  request: Request,
  schema: TSchema,
): Promise<v.InferOutput<TSchema>> {
  const result = v.safeParse(schema, await readJson(request, LARGEST_BODY));
  return result.success ? result.output : refuse(400, describeIssue(result.issues[0]));
}

function refuse(status: 400 | 401 | 403 | 404, message: string): never {
  throw new HTTPException(status, { message });
}
