import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Simulator } from '../../src/simulator/simulator.js';
import type { Wire } from './breakable-wire.js';
import { checkPull } from './lever-pull.js';
import { Levers } from './levers.js';
import type { LossyWay } from './lossy-way.js';

/**
 * Answers `POST /service/levers` with a sentence that says what was done, or with 400 and a sentence that says what is
 * wrong; and `GET` with the levers' {@link LeverState}, as JSON.
 */
export function createLeverRoutes(simulator: Simulator, wire: Wire, way: LossyWay) {
  const levers = new Levers(simulator, wire, way);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json');
      response.setHeader('cache-control', 'no-store');
      response.end(JSON.stringify(levers.state()));
      return;
    }
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    try {
      response.end(await levers.pull(checkPull(await readPull(request))));
    } catch (error) {
      response.statusCode = 400;
      response.end((error as Error).message);
    }
  };
}

/** @throws {Error} with a sentence that says what it should have been. */
async function readPull(request: IncomingMessage): Promise<unknown> {
  // A page of another origin would have to ask before it sends this type, and gets no answer to that.
  if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
    throw new Error('Levers take POST with JSON.');
  }
  return json(request).catch(() => {
    throw new Error('The body is not valid JSON.');
  });
}
