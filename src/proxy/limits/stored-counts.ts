import type { Store } from '../store/index.js';

/** What a counter in the store stands at; 0 where there is none. */
export async function readCount(store: Store, key: string): Promise<number> {
  return Number((await store.get(key)) ?? 0);
}
