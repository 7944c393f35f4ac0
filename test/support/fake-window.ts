import { vi } from 'vitest';

/** The part of a window that a connection uses, on Node's global object. It knows who still listens. */
export interface FakeWindow {
  readonly listeners: ReadonlySet<string>;
  /** Something happens to the page. */
  happen(type: string, persisted?: boolean): void;
  setOnline(isOnline: boolean): void;
}

/** Puts the window there, until `vi.unstubAllGlobals()`. */
export function openFakeWindow(): FakeWindow {
  const target = new EventTarget();
  const listeners = new Set<string>();
  const numbers = new Map<unknown, number>();
  const nameOf = (type: string, listener: unknown) => {
    if (!numbers.has(listener)) numbers.set(listener, numbers.size);
    return `${type} ${numbers.get(listener)}`;
  };
  const listen = (type: string, listener: EventListener, { signal }: { signal: AbortSignal }) => {
    const name = nameOf(type, listener);
    listeners.add(name);
    signal.addEventListener('abort', () => listeners.delete(name));
    target.addEventListener(type, listener, { signal });
  };
  vi.stubGlobal('addEventListener', listen);
  const happen = (type: string, persisted = false) => {
    target.dispatchEvent(Object.assign(new Event(type), { persisted }));
  };
  return {
    listeners,
    happen,
    setOnline(isOnline) {
      vi.stubGlobal('navigator', { onLine: isOnline });
      happen(isOnline ? 'online' : 'offline');
    },
  };
}
