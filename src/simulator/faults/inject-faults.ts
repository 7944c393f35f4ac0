import type { MiddlewareHandler } from 'hono';
import { type Clock, sleep } from '../../common/clock.js';
import type { OperationId } from '../operations.js';
import type { SimulatorContext, SimulatorEnv } from '../simulator-env.js';
import { dripBody } from './drip-body.js';
import type { Faults } from './faults.js';

/** What faults are injected with. */
export interface InjectOptions {
  readonly faults: Faults;
  readonly clock: Clock;
  /** Ends whatever is being waited for. */
  readonly signal: AbortSignal;
}

/** Lets an operation go wrong as the faults in force demand. */
export function injectFaults(
  operation: OperationId,
  { faults, clock, signal }: InjectOptions,
): MiddlewareHandler<SimulatorEnv> {
  return async (context, next) => {
    const { latency, failure } = faults.forRequest(operation);
    if (latency > 0) {
      const isOver = await sleep(clock, latency, signal).then(
        () => true,
        () => false,
      );
      if (!isOver) return drop(context);
    }
    switch (failure?.kind) {
      case 'rate-limited':
        context.header('retry-after', String(failure.retryAfter ?? 1));
        return context.json({ message: 'Too many requests: try again later.' }, 429);
      case 'server-error':
        return context.json({ message: 'An error on demand.' }, 500);
      case 'unavailable':
        return context.json({ message: 'Unavailable on demand.' }, 503);
      case 'drop-before':
        drop(context);
        return;
      case 'drop-after':
        await next();
        drop(context);
        return;
      case 'malformed':
        await next();
        await breakBody(context);
        return;
      case 'slow-drip': {
        await next();
        const bytes = new Uint8Array(await context.res.arrayBuffer());
        if (bytes.byteLength === 0) return;
        const body = dripBody(bytes, failure.delay ?? 100, clock, signal, context.env.destroy);
        context.res = new Response(body, context.res);
        return;
      }
      default:
        return next();
    }
  };
}

function drop(context: SimulatorContext): void {
  context.env.destroy();
  context.set('isDropped', true);
  context.res = new Response(null, { status: 500 });
}

/** Half of the JSON; where there is none, the beginning of some. */
async function breakBody(context: SimulatorContext): Promise<void> {
  const text = (await context.res.text()) || '{"message": ""}';
  const { status } = context.res;
  context.res = new Response(text.slice(0, Math.floor(text.length / 2)), {
    status: status === 204 ? 200 : status,
    headers: { 'content-type': 'application/json' },
  });
}
