/** What the page's life does to what runs on it. */
export interface PageHandlers {
  /** The browser lost its network, or has one again. */
  readonly onNetwork: () => void;
  /** The page is put away: for good, or (`persisted`) into the back-forward cache, perhaps to return. */
  readonly onHide: (persisted: boolean) => void;
  /** The page is back from the back-forward cache. */
  readonly onShow: () => void;
}

/** Follows the page's life, where there is a page: not in Node, and only the network in a worker. Returns the end of it. */
export function followPage({ onHide, onNetwork, onShow }: PageHandlers): () => void {
  const { addEventListener, removeEventListener } = globalThis;
  const listeners: Readonly<Record<string, (event: Event) => void>> = {
    offline: onNetwork,
    online: onNetwork,
    pagehide: (event) => onHide((event as PageTransitionEvent).persisted),
    pageshow: onShow,
  };
  const each = (change: typeof addEventListener | undefined) => {
    for (const name in listeners) change?.call(globalThis, name, listeners[name] as EventListener);
  };
  each(addEventListener);
  return () => each(removeEventListener);
}
