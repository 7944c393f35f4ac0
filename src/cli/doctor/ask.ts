/** How long an answer is waited for, in milliseconds. */
const PATIENCE = 10_000;
/** The most that is read of an answer, in characters. */
const LONGEST = 100_000;

/** What somebody has answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; `undefined` where it is none. */
  readonly json: unknown;
}

/** Why there was no answer: the system's code for it, `ECONNREFUSED` for instance. */
export interface NoReply {
  readonly reason: string;
}

/** Asks a server for something, once. Redirects are not followed, as those do not who call a webhook. */
export async function ask(
  url: string | URL,
  init: RequestInit = {},
  wait = 0,
): Promise<Reply | NoReply> {
  try {
    const signal = AbortSignal.timeout(PATIENCE + wait);
    const answer = await fetch(url, { redirect: 'manual', signal, ...init });
    const text = (await answer.text()).slice(0, LONGEST);
    return { status: answer.status, headers: answer.headers, json: jsonOf(text) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** Whether there was an answer. */
export const isReply = (result: Reply | NoReply): result is Reply => 'status' in result;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of what went wrong underneath. No message: that may show more than it should. */
function reasonOf(error: unknown): string {
  if ((error as Error).name === 'TimeoutError') return 'no answer in time';
  const { cause } = error as Error;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? 'the connection failed';
}
