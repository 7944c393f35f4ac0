/** A request that left, as the page saw it. */
export interface SentRequest {
  /** The operation, in the API's words: `create`, `authorize-user`, `get` … */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

/** How a request ended. */
export interface RequestEnd {
  /** The HTTP status; nothing where no answer came. */
  readonly status?: number;
  /** How long the proxy said that it would hold it, in seconds. */
  readonly heldFor?: number;
  /** Why no answer came. */
  readonly failure?: 'ended by the page' | 'connection lost';
}

/** Where requests are written down. `onStart` returns what is to be called at the end. */
export interface RecorderOptions {
  readonly onStart: (request: SentRequest) => (end: RequestEnd) => void;
  /** Whether the proxy is asked to hold requests. */
  readonly holds: () => boolean;
}

/**
 * A `fetch` that writes each request down. If requests are not to be held, it leaves out their `Prefer` header. The
 * connection then finds that the proxy does not hold them, and falls back to polling.
 */
export function recordingFetch({ onStart, holds }: RecorderOptions): typeof globalThis.fetch {
  return async (input, init) => {
    const { headers: sent, method = 'GET', signal } = init ?? {};
    const headers = new Headers(sent);
    if (!holds()) headers.delete('prefer');
    const { pathname } = new URL(String(input));
    const end = onStart({ operation: operationOf(method, pathname), method, path: pathname });
    try {
      const response = await fetch(input, { ...init, headers });
      const [, seconds] = /wait=(\d+)/.exec(response.headers.get('preference-applied') ?? '') ?? [];
      end({ status: response.status, ...(seconds && { heldFor: Number(seconds) }) });
      return response;
    } catch (error) {
      end({ failure: signal?.aborted ? 'ended by the page' : 'connection lost' });
      throw error;
    }
  };
}

function operationOf(method: string, path: string): string {
  const [, action] = /:([a-z-]+)$/.exec(path) ?? [];
  if (action) return action;
  if (path.endsWith('/guests')) return 'guest';
  if (path.endsWith('/sessions')) return method === 'POST' ? 'create' : 'list';
  return method.toLowerCase();
}
