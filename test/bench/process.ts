import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the benchmarks. */
export interface BenchProcess extends Disposable {
  /** Tells it to do something. */
  tell<TAnswer>(command: string, options?: object): Promise<TAnswer>;
  /** Called with whatever it says by itself. */
  onNews: (news: Record<string, unknown>) => void;
}

/** Starts one: plain Node, so that the built package runs as it does for users. */
export function startProcess(): BenchProcess {
  const file = fileURLToPath(new URL('process.mjs', import.meta.url));
  const child: ChildProcess = fork(file, { execArgv: ['--expose-gc'], serialization: 'advanced' });
  const waiting = new Map<number, PromiseWithResolvers>();
  let count = 0;
  const process: BenchProcess = {
    onNews: () => {},
    tell<TAnswer>(command: string, options: object = {}) {
      const id = ++count;
      child.send({ id, command, ...options });
      return new Promise<TAnswer>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      });
    },
    [Symbol.dispose]: () => {
      // One that ended by itself is gone already.
      if (child.connected) child.disconnect();
    },
  };
  child.on('message', (message: Record<string, unknown>) => {
    const call = waiting.get(message['id'] as number);
    if (!call) process.onNews(message);
    else if ('failure' in message) call.reject(new Error(String(message['failure'])));
    else call.resolve(message['answer']);
    waiting.delete(message['id'] as number);
  });
  child.on('exit', (code, signal) => {
    const error = new Error(`The process ended: ${code ?? signal}`);
    for (const { reject } of waiting.values()) reject(error);
  });
  return process;
}

interface PromiseWithResolvers {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}
