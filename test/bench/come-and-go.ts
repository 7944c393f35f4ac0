import { type BenchOptions, type Figure, figure } from './figure.js';
import { startProcess } from './process.js';

/** How many sessions are made and ended at once. */
const AT_ONCE = 16;

/** So many sessions that are made, joined by a second player, and ended by their host. */
async function comeAndGo(url: string, prefix: string, count: number): Promise<void> {
  const sessions = `${url}/v1/relays/sessions`;
  const call = async (path: string, method: string, token: string, body?: object) => {
    const answer = await fetch(`${sessions}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  let next = 0;
  const work = async () => {
    while (next < count) {
      const name = `${prefix}-${next++}`;
      const { session_id, ticket } = JSON.parse(await call('', 'POST', `${name}-host`, {}));
      await call(':authorize-user', 'POST', `${name}-guest`, { session_id });
      await call(`/${session_id}`, 'DELETE', ticket);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** What a proxy keeps of sessions that are over. */
export async function sessionsComeAndGo({ quick, say }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 50 : 20_000;
  using service = startProcess();
  using proxy = startProcess();
  const { url: serviceUrl } = await service.tell<{ url: string }>('service', { delays: [1] });
  const { url } = await proxy.tell<{ url: string }>('proxy', { serviceUrl, webhook: true });
  const rss = async () => (await proxy.tell<{ rss: number }>('memory')).rss / 2 ** 20;
  say(`proxy/gone=${count}`);
  // Once for nothing: the code is compiled, the heap has the size that the load wants.
  await comeAndGo(url, 'warm', count / 10);
  const before = await rss();
  await comeAndGo(url, 'measured', count);
  // Watchers that nobody uses are let go after a minute or two.
  if (!quick) await new Promise((resolve) => setTimeout(resolve, 130_000));
  const after = await rss();
  return [
    figure(`proxy/gone=${count}/rss-before`, 'MiB', before),
    figure(`proxy/gone=${count}/rss-after`, 'MiB', after),
    figure(`proxy/gone=${count}/rss-ratio`, '1', after / before),
  ];
}
