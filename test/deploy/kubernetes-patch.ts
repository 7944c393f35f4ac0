/** An entry of a list that a patch finds by its name. */
interface Named {
  readonly name: string;
}

/** What a patch says takes the place of what was there, as `kubectl patch` does it: fields and entries by name. */
export function patchFields<T extends object>(fields: T, patch: object): T {
  const patched = new Map<string, unknown>(Object.entries(fields));
  for (const [name, change] of Object.entries(patch)) {
    patched.set(name, patchValue(patched.get(name), change));
  }
  return Object.fromEntries(patched) as T;
}

function patchValue(old: unknown, change: unknown): unknown {
  if (Array.isArray(change)) return patchEntries((old ?? []) as Named[], change);
  const isObject = typeof change === 'object' && change !== null;
  return isObject && old ? patchFields(old, change) : change;
}

function patchEntries(list: readonly Named[], patch: readonly Named[]): Named[] {
  const patched = list.map((entry) => {
    const change = patch.find(({ name }) => name === entry.name);
    return change ? patchFields(entry, change) : entry;
  });
  return [...patched, ...patch.filter(({ name }) => !list.some((entry) => entry.name === name))];
}
