import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/proxy/store/store.js';

/** What a store under test comes with. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Lets so many milliseconds pass for the store. */
  readonly pass: (milliseconds: number) => Promise<void>;
}

/** What every {@link Store} must do. Call it in a test file with a function that makes an empty one. */
export function testStoreConformance(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a store`, () => {
    it('gives back what was set, until it expires or is deleted', async () => {
      const { store, pass } = await make();
      expect(await store.get('a')).toBeUndefined();
      await store.set('a', '1', 1_000);
      await store.set('b', '2', 1_000);
      await store.set('a', '3', 5_000);
      expect([await store.get('a'), await store.get('b')]).toEqual(['3', '2']);
      await pass(1_001);
      expect([await store.get('a'), await store.get('b')]).toEqual(['3', undefined]);
      await store.delete('a');
      await store.delete('never there');
      expect(await store.get('a')).toBeUndefined();
      await store.close();
    });

    it('keeps any text as it is', async () => {
      const { store } = await make();
      for (const text of ['', ' ', '{"a":"ü€😀"}', 'a\nb', '__proto__']) {
        await store.set(text, text, 1_000);
        await store.addToSet(text, text, 1);
        expect(await store.get(text)).toBe(text);
        expect(await store.membersOfSet(text)).toEqual([text]);
      }
      await store.close();
    });

    it('lets one of many set what is absent', async () => {
      const { store, pass } = await make();
      const tries = Array.from({ length: 10 }, (_, index) =>
        store.setIfAbsent('lock', String(index), 1_000),
      );
      const wins = await Promise.all(tries);
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(await store.get('lock')).toBe(String(wins.indexOf(true)));
      await pass(600);
      // Who comes too late makes it last no longer.
      expect(await store.setIfAbsent('lock', 'late', 1_000)).toBe(false);
      await pass(600);
      expect(await store.setIfAbsent('lock', 'again', 1_000)).toBe(true);
      await store.close();
    });

    it('counts without losing a step, from its first step until it expires', async () => {
      const { store, pass } = await make();
      const counts = await Promise.all(
        Array.from({ length: 10 }, () => store.increment('hits', 1_000)),
      );
      expect(counts.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(await store.get('hits')).toBe('10');
      await pass(600);
      expect(await store.increment('hits', 1_000)).toBe(11);
      await pass(600);
      expect(await store.increment('hits', 1_000)).toBe(1);
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
      await pass(1_000);
      const after = await store.now();
      expect(after - before).toBeGreaterThanOrEqual(999);
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
