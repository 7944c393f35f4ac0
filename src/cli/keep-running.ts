import { say } from './say.js';

/** A server that runs until the process is told to stop. */
export interface Running {
  /** Says where it listens, in one line or several. */
  readonly message: string;
  /** Stops it in order, after that signal. */
  close(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Says that a server runs, and stops it when the process gets SIGINT or SIGTERM. A second signal ends the process at
 * once, and so does one that comes before the server runs. Both are listened for from the start: what the first process
 * of a container does not listen for, it does not get.
 *
 * @param onFailure - called where it cannot be stopped in order.
 * @throws rejects where it does not start.
 */
export async function keepRunning(
  starting: Promise<Running>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  let running: Running | undefined;
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!running) process.exit(0);
      if (stopping) process.exit(1);
      stopping = true;
      running.close(signal).then(() => process.exit(0), onFailure);
    });
  }
  running = await starting;
  // This comes last, because whoever reads it may tell the process to stop at once.
  say(process.stdout, `${running.message}\n`);
}
