import type { NewerApis } from './newer-features.js';

/** What became of a browser from which all that is newer was taken away. */
export interface TakenAway {
  /** How many globals and members it had, and has no more. */
  readonly gone: number;
  /** What could not be taken away. */
  readonly left: string[];
}

/**
 * Takes all that is newer away from a page or a worker. It is sent there as text, and so uses nothing outside of
 * itself.
 */
function takeAway({ members, constructors, options }: NewerApis): TakenAway {
  type Place = Record<PropertyKey, unknown>;
  const prototypeOf = (value: object) => Object.getPrototypeOf(value) as Place;
  // What has no global of its own, by the names that MDN gives it.
  const nameless: Place = {
    TypedArray: prototypeOf(Int8Array),
    AsyncIterator: { prototype: prototypeOf(prototypeOf(async function* () {}.prototype)) },
  };
  const isPlace = (value: unknown): value is Place =>
    typeof value === 'function' || (typeof value === 'object' && value !== null);
  const keyOf = (name: string) =>
    name.startsWith('@@') ? (Symbol[name.slice(2) as 'iterator'] ?? name) : name;

  /** The place that a path ends in, and the key there. */
  function find(path: string): [place: Place, key: PropertyKey] | undefined {
    const names = path.split('.');
    const key = keyOf(names.pop() ?? '');
    let place: unknown = globalThis;
    for (const name of names) {
      place = (place === globalThis && nameless[name]) || (place as Place)[name];
      if (!isPlace(place)) return undefined;
    }
    return [place as Place, key];
  }

  /** Where a property is the place's own; a global may be one of a prototype of the global scope. */
  function owners(place: Place, key: PropertyKey): Place[] {
    const chain: Place[] = [];
    for (let each = place; each; each = prototypeOf(each)) {
      if (Object.hasOwn(each, key)) chain.push(each);
      if (place !== globalThis) break;
    }
    return chain;
  }

  const isIllegal = () => {
    throw new TypeError('Illegal constructor');
  };
  for (const path of constructors) {
    const [place, key] = find(path) ?? [];
    const original = place?.[key as string];
    if (place && typeof original === 'function') {
      const value = new Proxy(original, { construct: isIllegal });
      Object.defineProperty(place, key as string, { value });
    }
  }

  for (const [path, names] of options) {
    const [place, key] = find(path) ?? [];
    if (!place || owners(place, key as string).length === 0) continue;
    const original = place[key as string];
    if (typeof original !== 'function') continue;
    const without = (value: unknown) =>
      isPlace(value) && prototypeOf(value) === Object.prototype
        ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
        : value;
    const value = new Proxy(original, {
      apply: (target, self, call) => Reflect.apply(target, self, call.map(without)),
      construct: (target, call, type) => Reflect.construct(target, call.map(without), type),
    });
    Object.defineProperty(place, key as string, { value });
  }

  // The deepest go first, because they are found by way of others that may go as well.
  const depth = (path: string) => path.split('.').length;
  const found = [...members]
    .sort((one, other) => depth(other) - depth(one))
    .flatMap((path) => {
      const [place, key] = find(path) ?? [];
      return place && key && owners(place, key).length > 0 ? [{ path, place, key }] : [];
    });
  for (const { place, key } of found) {
    for (const owner of owners(place, key)) Reflect.deleteProperty(owner, key);
  }

  // The members of Symbol cannot be deleted: another takes its place.
  const whole = Symbol;
  const poorer = Object.assign((name?: string) => whole(name), { prototype: whole.prototype });
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(whole))) {
    const isNewer = members.includes(`Symbol.${name}`);
    if (!isNewer && name !== 'prototype') Object.defineProperty(poorer, name, descriptor);
  }
  Object.defineProperty(globalThis, 'Symbol', { value: poorer });

  const left = found.flatMap(({ path }) => {
    const [place, key] = find(path) ?? [];
    return place && key && owners(place, key).length > 0 ? [path] : [];
  });
  return { gone: found.length - left.length, left };
}

/** A script that takes all that is newer away from where it runs, and says in `takenAway` what became of it. */
export const takeAwayScript = (newer: NewerApis): string =>
  `globalThis.takenAway = (${takeAway})(${JSON.stringify(newer)});`;
