import { vi } from 'vitest';

/** As much of a window as a connection looks at, on Node's global object; it knows who still listens. */
export interface FakeWindow {
  readonly listeners: ReadonlySet<string>;
  /** Something happens to the page. */
  happen(type: string, persisted?: boolean): void;
  setOnline(isOnline: boolean): void;
}

/** Until `vi.unstubAllGlobals()`. */
export function openFakeWindow(): FakeWindow {
  const target = new EventTarget();
  const listeners = new Set<string>();
  const numbers = new Map<unknown, number>();
  const nameOf = (type: string, listener: unknown) => {
    if (!numbers.has(listener)) numbers.set(listener, numbers.size);
    return `${type} ${numbers.get(listener)}`;
  };
  vi.stubGlobal('addEventListener', (type: string, listener: EventListener) => {
    listeners.add(nameOf(type, listener));
    target.addEventListener(type, listener);
  });
  vi.stubGlobal('removeEventListener', (type: string, listener: EventListener) => {
    listeners.delete(nameOf(type, listener));
    target.removeEventListener(type, listener);
  });
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
