import { say } from './say.js';

/** A server that runs until the process is told to stop. */
export interface Running {
  /** Where it listens, in a sentence. */
  readonly message: string;
  /** Stops it in order. */
  close(): Promise<void>;
}

/**
 * Says that a server runs, and stops it when the process gets SIGINT or SIGTERM. A second signal ends the process at
 * once.
 *
 * @param onFailure - called where it cannot be stopped in order.
 */
export function keepRunning(
  { message, close }: Running,
  onFailure: (error: unknown) => void,
): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      close().then(() => process.exit(0), onFailure);
    });
  }
  // This comes last, because whoever reads it may tell the process to stop at once.
  say(process.stdout, `${message}\n`);
}
