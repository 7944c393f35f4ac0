import { request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';

/**
 * Posts JSON on a connection of its own, which is closed afterwards: unlike `fetch`, this keeps none for
 * later. Follows no redirect. Resolves to the status once the answer is over; rejects without one.
 */
export function postJson(url: URL, body: string, signal: AbortSignal): Promise<number> {
  const request = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const posted = request(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      response.on('error', reject);
      response.on('close', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    posted.on('error', reject);
    posted.end(body);
  });
}
