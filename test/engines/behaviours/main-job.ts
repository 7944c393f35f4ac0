import { expect } from 'vitest';
import { create, eventsOf, join, lastOf, leave } from '../../support/game-pages.js';
import type { BehaviourTests } from './behaviour-tests.js';

export const mainJob: BehaviourTests<'main-job'> = {
  async 'main-job'(pages) {
    await using stack = await pages.startStack({ linkDelay: 600 });
    const hostPage = await pages.open(stack.proxyUrl);
    const joinerPage = await pages.open(stack.proxyUrl);
    const hosting = create(hostPage);
    await expect.poll(() => stack.simulator.sessions()).toHaveLength(1);
    const joining = join(joinerPage, stack.simulator.sessions()[0]?.session_id ?? '');
    const [host, joiner] = await Promise.all([hosting, joining]);

    const [session] = stack.simulator.sessions();
    const { server, client } = session?.relay?.ports ?? {};
    const [hostUser, joinerUser] = session?.session_users ?? [];
    const shared = {
      host: session?.relay?.host,
      protocol: 'UDP',
      sessionAuthorizationToken: session?.authorization_token,
    };
    expect(host).toMatchObject({
      ...shared,
      role: 'server',
      port: server?.port,
      userAuthorizationToken: hostUser?.authorization_token,
    });
    expect(joiner).toMatchObject({
      ...shared,
      role: 'client',
      port: client?.port,
      userAuthorizationToken: joinerUser?.authorization_token,
    });
    for (const [page, endpoint] of [[hostPage, host] as const, [joinerPage, joiner] as const]) {
      expect(await eventsOf(page)).toEqual([
        ['state', 'requesting'],
        ['state', 'waiting'],
        ['state', 'open'],
        ['ready', session?.session_id],
        ['linked', endpoint],
        ['open', endpoint],
      ]);
    }

    await leave(joinerPage);
    await leave(hostPage);
    expect(await lastOf(hostPage)).toEqual(['close', 'left']);
    expect(stack.simulator.sessions()).toEqual([]);
  },
};
