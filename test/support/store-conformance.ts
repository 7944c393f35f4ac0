import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/proxy/store/store.js';

/** What a store under test comes with. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Lets so many milliseconds pass for the store. */
  readonly pass: (milliseconds: number) => Promise<void>;
  /** Breaks the store's connections, which come back by themselves. Not for a store that has none. */
  readonly interrupt?: () => Promise<void>;
  /** Keeps the store from answering, until the function that it returns is called. Not for a store in this process. */
  readonly away?: () => Promise<() => Promise<void>>;
}

/** What every {@link Store} must do. Call it in a test file with a function that makes an empty one. */
export function testStoreConformance(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a store`, () => {
    it('gives back what was set, until it expires or is deleted', async () => {
      const { store, pass } = await make();
      expect(await store.get('a')).toBeUndefined();
      await store.set('a', '1', 10_000);
      await store.set('b', '2', 10_000);
      await store.set('a', '3', 50_000);
      expect([await store.get('a'), await store.get('b')]).toEqual(['3', '2']);
      await pass(10_001);
      expect([await store.get('a'), await store.get('b')]).toEqual(['3', undefined]);
      await store.delete('a');
      await store.delete('never there');
      expect(await store.get('a')).toBeUndefined();
      await store.close();
    });

    it('keeps any text as it is', async () => {
      const { store } = await make();
      for (const text of ['', ' ', '{"a":"ü€😀"}', 'a\nb', '__proto__']) {
        await store.set(text, text, 10_000);
        await store.addToSet(text, text, 1);
        expect(await store.get(text)).toBe(text);
        expect(await store.membersOfSet(text)).toEqual([text]);
      }
      await store.close();
    });

    it('lets one of many set what is absent', async () => {
      const { store, pass } = await make();
      const tries = Array.from({ length: 10 }, (_, index) =>
        store.setIfAbsent('lock', String(index), 10_000),
      );
      const wins = await Promise.all(tries);
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(await store.get('lock')).toBe(String(wins.indexOf(true)));
      await pass(6_000);
      // Who comes too late makes it last no longer.
      expect(await store.setIfAbsent('lock', 'late', 10_000)).toBe(false);
      await pass(6_000);
      expect(await store.setIfAbsent('lock', 'again', 10_000)).toBe(true);
      await store.close();
    });

    it('counts without losing a step, from its first step until it expires', async () => {
      const { store, pass } = await make();
      const counts = await Promise.all(
        Array.from({ length: 10 }, () => store.increment('hits', 10_000)),
      );
      expect(counts.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(await store.get('hits')).toBe('10');
      await pass(6_000);
      expect(await store.increment('hits', 10_000)).toBe(11);
      await pass(6_000);
      expect(await store.increment('hits', 10_000)).toBe(1);
      await store.close();
    });

    it('sorts a set by score, and moves members', async () => {
      const { store } = await make();
      await store.addToSet('set', 'c', 3);
      await store.addToSet('set', 'b', 1);
      await store.addToSet('set', 'a', 1);
      await store.addToSet('set', 'c', -1.5);
      expect(await store.membersOfSet('set')).toEqual(['c', 'a', 'b']);
      expect(await store.sizeOfSet('set')).toBe(3);
      expect(await store.scoreInSet('set', 'c')).toBe(-1.5);
      await store.removeFromSet('set', 'c');
      await store.removeFromSet('set', 'never there');
      expect(await store.scoreInSet('set', 'c')).toBeUndefined();
      expect(await store.scoreInSet('none', 'c')).toBeUndefined();
      expect(await store.membersOfSet('none')).toEqual([]);
      expect(await store.sizeOfSet('none')).toBe(0);
      await store.close();
    });

    it('hands each due member to one taker', async () => {
      const { store } = await make();
      for (let score = 1; score <= 20; score += 1) await store.addToSet('due', `m${score}`, score);
      const takers = Array.from({ length: 5 }, () => store.takeFromSet('due', 10, 3));
      const taken = (await Promise.all(takers)).flat();
      expect(taken).toHaveLength(10);
      expect(new Set(taken).size).toBe(10);
      expect(await store.takeFromSet('due', 10, 3)).toEqual([]);
      expect(await store.sizeOfSet('due')).toBe(10);
      expect(await store.takeFromSet('due', 99, 2)).toEqual(['m11', 'm12']);
      await store.close();
    });

    it('forgets a set that was given a lifetime, counted from the last call that named one', async () => {
      const { store, pass } = await make();
      await store.addToSet('short', 'a', 1, 10_000);
      await store.addToSet('short', 'b', 2);
      await store.addToSet('renewed', 'a', 1, 10_000);
      await store.addToSet('lasting', 'a', 1);
      await pass(6_000);
      await store.addToSet('renewed', 'b', 2, 10_000);
      await pass(6_000);
      expect(await store.membersOfSet('short')).toEqual([]);
      expect(await store.sizeOfSet('short')).toBe(0);
      expect(await store.scoreInSet('short', 'a')).toBeUndefined();
      expect(await store.takeFromSet('short', 9, 9)).toEqual([]);
      expect(await store.membersOfSet('renewed')).toEqual(['a', 'b']);
      expect(await store.membersOfSet('lasting')).toEqual(['a']);
      // What comes after it is another set, and has no lifetime.
      await store.addToSet('short', 'c', 3);
      await pass(60_000);
      expect(await store.membersOfSet('short')).toEqual(['c']);
      await store.close();
    });

    it('comes back by itself after a break, and tells who listens that something may be missed', async () => {
      const { store, interrupt } = await make();
      const heard: string[] = [];
      let missed = 0;
      store.subscribe(
        'news',
        (message) => heard.push(message),
        () => {
          missed += 1;
        },
      );
      await store.set('a', '1', 600_000);
      await interrupt?.();
      const read = () => store.get('a').catch(() => 'away');
      await expect.poll(read).toBe('1');
      await expect.poll(() => missed).toBe(interrupt ? 1 : 0);
      const tell = async () => {
        await store.publish('news', 'again');
        return heard.length;
      };
      await expect.poll(tell).toBeGreaterThan(0);
      await store.close();
    });

    it('rejects what is asked of it where it does not answer, rather than let it hang', async () => {
      const { store, away } = await make();
      await store.set('a', '1', 600_000);
      const comeBack = await away?.();
      if (comeBack) {
        const asked = [
          store.get('a'),
          store.set('b', '2', 1_000),
          store.increment('c', 1_000),
          store.takeFromSet('d', 1, 1),
          store.publish('news', 'e'),
          store.now(),
          store.check(),
        ];
        const outcomes = await Promise.allSettled(asked);
        expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
        await comeBack();
      }
      await expect.poll(() => store.get('a').catch(() => 'away')).toBe('1');
      await store.close();
    });

    it('brings messages to all who hear the channel, and to nobody else', async () => {
      const { store } = await make();
      let heard: string[] = [];
      const stop = store.subscribe('news', (message) => heard.push(`1 ${message}`));
      store.subscribe('news', (message) => heard.push(`2 ${message}`));
      store.subscribe('other', (message) => heard.push(`3 ${message}`));
      // Over a network a subscription takes a moment to hold.
      const greet = async () => {
        for (const channel of ['news', 'other']) await store.publish(channel, 'hello');
        return [...new Set(heard)].sort();
      };
      await expect.poll(greet).toEqual(['1 hello', '2 hello', '3 hello']);
      const told = () => heard.filter((message) => !message.endsWith('hello')).sort();
      await store.publish('news', 'a');
      await expect.poll(told).toEqual(['1 a', '2 a']);
      stop();
      heard = [];
      await store.publish('news', 'b');
      await store.publish('nobody', 'c');
      await store.publish('other', 'd');
      await expect.poll(told).toEqual(['2 b', '3 d']);
      await store.close();
    });

    it('says whether it outlives the process, and tells a time that goes on', async () => {
      const { store, pass } = await make();
      expect(store.isLasting).toBeTypeOf('boolean');
      const before = await store.now();
      // Of these years, and in milliseconds.
      expect(before).toBeGreaterThan(Date.parse('2020-01-01'));
      expect(before).toBeLessThan(Date.parse('2100-01-01'));
      await pass(100);
      const after = await store.now();
      expect(after - before).toBeGreaterThanOrEqual(99);
      expect(after - before).toBeLessThan(60_000);
      await store.close();
    });

    it('answers its check', async () => {
      const { store } = await make();
      await expect(store.check()).resolves.toBeUndefined();
      await store.close();
    });
  });
}
