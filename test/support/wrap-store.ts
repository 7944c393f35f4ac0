import type { Store } from '../../src/proxy/store/store.js';

/** What stands between the proxy and an operation of its store: it may wait, or fail, before or after. */
export type Around = (
  operation: keyof Store,
  call: () => Promise<unknown>,
  given: readonly unknown[],
) => Promise<unknown>;

/** A store whose operations all go through `around`. Proxies that share it cannot close it: it outlives them. */
export function wrapStore(store: Store, around: Around = (_operation, call) => call()): Store {
  return new Proxy(store, {
    get(target, name) {
      const operation = name as keyof Store;
      if (operation === 'isLasting') return true;
      if (operation === 'subscribe') return target.subscribe.bind(target);
      if (operation === 'close') return async () => {};
      const call = target[operation] as (...given: unknown[]) => Promise<unknown>;
      return (...given: unknown[]) => around(operation, () => call.apply(target, given), given);
    },
  });
}
