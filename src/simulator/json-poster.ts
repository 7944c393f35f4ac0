import { Agent as HttpAgent, request as requestOverHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestOverHttps } from 'node:https';

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
        response.resume();
      });
      posted.on('error', (error) => {
        // A kept connection may have been closed by the other side just now: that is no failure of theirs.
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
