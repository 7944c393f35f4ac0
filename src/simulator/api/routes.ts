import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { BodyError } from '../../http/read-json.js';
import { PUBLIC_IP } from '../assumptions.js';
import { type InjectOptions, injectFaults } from '../faults/index.js';
import { OPERATION_IDS, OPERATIONS, type OperationId } from '../operations.js';
import { isPublicAddress, spellAddress } from '../sessions/index.js';
import type { SimulatorContext, SimulatorEnv } from '../simulator-env.js';
import { ANSWERS, type AnswersOptions } from './answers.js';
import { refuse } from './read-body.js';

/** What the routes work with. */
export interface RoutesOptions extends AnswersOptions, InjectOptions {
  readonly apiToken: string;
  /** Told of every answer; `dropped` instead of a status where the connection was cut. */
  readonly onAnswer: (operation: OperationId, status: string) => void;
}

/** The relay session API over the simulator's sessions. */
export function createRoutes(options: RoutesOptions): Hono<SimulatorEnv> {
  const app = new Hono<SimulatorEnv>();
  app.onError(answerError);
  app.notFound((context) => context.json({ message: 'There is no such path.' }, 404));
  for (const id of OPERATION_IDS) addOperation(app, id, options);
  if (!options.isStrict) {
    app.get('/v1/ip', (context) => {
      checkToken(context, options);
      return answerIp(context);
    });
  }
  return app;
}

/**
 * Adds one operation. Counting comes first, so that every answer is counted. Then the token is checked, before any
 * fault strikes.
 */
function addOperation(app: Hono<SimulatorEnv>, id: OperationId, options: RoutesOptions): void {
  const { method, path } = OPERATIONS[id];
  app.on(
    method,
    path,
    async (context, next) => {
      await next();
      const status = context.get('isDropped') ? 'dropped' : String(context.res.status);
      options.onAnswer(id, status);
    },
    async (context, next) => {
      checkToken(context, options);
      await next();
    },
    injectFaults(id, options),
    (context) => ANSWERS[id](context, options),
  );
}

/** `GET /v1/ip`, which is not documented: the caller's address, as three public samples ask for it. */
function answerIp({ env, json }: SimulatorContext): Response {
  const { remoteAddress } = env;
  const isPublic = isPublicAddress(remoteAddress);
  return json({ public_ip: isPublic ? spellAddress(remoteAddress) : PUBLIC_IP });
}

function answerError(error: Error, context: SimulatorContext): Response {
  if (error instanceof HTTPException) {
    return context.json({ message: error.message }, error.status);
  }
  if (error instanceof BodyError) {
    if (error.reason === 'aborted') context.set('isDropped', true);
    return context.json({ message: error.message }, 400);
  }
  return context.json({ message: 'The simulator failed.' }, 500);
}

/** Checks the API token. The literal word `token` belongs to the header; some clients write `Token`. */
function checkToken({ req }: SimulatorContext, { apiToken, isStrict }: RoutesOptions): void {
  const [, word, token] = /^(token) (.*)$/i.exec(req.header('authorization') ?? '') ?? [];
  if (!word || (isStrict && word !== 'token')) {
    refuse(401, 'Send the header "Authorization: token <api token>".');
  }
  if (token !== apiToken) refuse(403, 'The API token is wrong.');
}
