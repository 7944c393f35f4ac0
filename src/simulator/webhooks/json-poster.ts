import { Agent as HttpAgent, request as requestOverHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestOverHttps } from 'node:https';

/** The longest answer that is waited for, in bytes. */
const LONGEST_ANSWER = 64 * 1024;

/**
 * Posts JSON, and keeps its connections for what it posts next. Unlike those of `fetch` they can be closed.
 * Follows no redirect.
 */
export class JsonPoster {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });

  /** Resolves to the status once the answer is over; rejects without one. */
  post(url: URL, body: string, signal: AbortSignal): Promise<number> {
    const [request, agent] =
      url.protocol === 'https:' ? [requestOverHttps, this.#https] : [requestOverHttp, this.#http];
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const posted = request(url, { method: 'POST', headers, agent, signal }, (response) => {
        response.on('error', reject);
        response.on('close', () => resolve(response.statusCode ?? 0));
        // Only the status counts. The body after it may never end.
        let size = 0;
        response.on('data', (chunk: Uint8Array) => {
          size += chunk.length;
          if (size > LONGEST_ANSWER) response.destroy();
        });
      });
      posted.on('error', (error) => {
        // The other side may just have closed a kept connection, which is no failure.
        if (posted.reusedSocket && !signal.aborted) resolve(this.post(url, body, signal));
        else reject(error);
      });
      posted.end(body);
    });
  }

  /** Closes its connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
