import type { Store } from '../../src/proxy/store/store.js';

/** What was heard on a store's channel. */
export interface HeardNews {
  readonly messages: string[];
  /** How often something may have been missed. */
  gaps: number;
}

/** Listens on the channel `news`, for good. */
export function listenToNews(store: Store): HeardNews {
  const heard: HeardNews = { messages: [], gaps: 0 };
  store.subscribe(
    'news',
    (message) => heard.messages.push(message),
    () => {
      heard.gaps += 1;
    },
  );
  return heard;
}
