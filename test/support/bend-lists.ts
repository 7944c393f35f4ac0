import type { RelayProxyOptions } from '../../src/proxy/index.js';

/** The service, with lists that `bend` has changed. */
export function bendLists(
  edgegap: RelayProxyOptions['edgegap'],
  bend: (sessions: object[]) => unknown[] | Promise<unknown[]>,
): RelayProxyOptions['edgegap'] {
  return {
    ...edgegap,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const { method, url } = input as Request;
      if (method !== 'GET' || !new URL(url).pathname.endsWith('/sessions')) return response;
      const list = (await response.json()) as { sessions: object[] };
      return Response.json({ ...list, sessions: await bend(list.sessions) });
    },
  };
}
