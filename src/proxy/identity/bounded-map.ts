/** Puts something into a map that must not grow for ever: at `most` entries the oldest makes way. */
export function remember<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  if (map.size >= most) {
    const [oldest = ''] = map.keys();
    map.delete(oldest);
  }
  map.set(key, value);
}
