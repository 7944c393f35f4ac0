import type { Store } from '../../src/proxy/store/store.js';
import type { StoreStep } from '../../src/proxy/store/store-step.js';

/** An operation of the store, or a step that only a batch can do, and that is none of those it stands for. */
export type Operation = keyof Store | 'claimDue' | 'dropDue';

/** What stands between the proxy and an operation of its store: it may wait, or fail, before or after. */
export type Around = (
  operation: Operation,
  call: () => Promise<unknown>,
  given: readonly unknown[],
) => Promise<unknown>;

/** The operations that the steps of a batch stand for which are none themselves. */
const STANDS_FOR: Partial<Record<StoreStep[0], Operation>> = {
  schedule: 'addToSet',
  scheduleIfAbsent: 'addToSet',
  addIfAbsent: 'addToSet',
  ifClaimed: 'setIfAbsent',
  valuesOfSet: 'membersOfSet',
  decrement: 'increment',
  ifAbsent: 'get',
  ifPresent: 'get',
  ifBelow: 'get',
  ifScore: 'scoreInSet',
  ifRoom: 'sizeOfSet',
};

/**
 * A store whose operations all go through `around`, the steps of a batch one by one: whoever waits or fails at one of
 * them does so with the whole batch. Proxies that share the store cannot close it: it outlives them.
 */
export function wrapStore(store: Store, around: Around = (_operation, call) => call()): Store {
  return new Proxy(store, {
    get(target, name) {
      // It is no promise, whoever waits for it.
      if (!(name in target)) return undefined;
      const operation = name as keyof Store;
      if (operation === 'isLasting') return true;
      if (operation === 'subscribe') return target.subscribe.bind(target);
      if (operation === 'close') return async () => {};
      if (operation === 'batch') {
        return (steps: readonly StoreStep[]) => {
          const whole = () => target.batch(steps) as Promise<unknown>;
          const through = (call: typeof whole, [step, ...given]: StoreStep) => {
            const meant = STANDS_FOR[step] ?? (step as Operation);
            return meant === 'now' ? call : () => around(meant, call, given);
          };
          return [...steps].reverse().reduce(through, whole)();
        };
      }
      const call = target[operation] as (...given: unknown[]) => Promise<unknown>;
      return (...given: unknown[]) => around(operation, () => call.apply(target, given), given);
    },
  });
}
