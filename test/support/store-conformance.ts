import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/proxy/store/store.js';
import { listenToNews } from './listen-to-news.js';

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

    it('gives each member that is due to one who claims it, the lowest first', async () => {
      const { store } = await make();
      for (let score = 1; score <= 10; score += 1) await store.addToSet('due', `m${score}`, score);
      await store.batch([['schedule', 'due', 'later', 600_000]]);
      const claim = async () => {
        const [claims = []] = await store.batch([['claimDue', 'due', 3, 600_000]]);
        return claims.map(([member]) => member);
      };
      expect(await claim()).toEqual(['m1', 'm2', 'm3']);
      const claimed = (await Promise.all([claim(), claim(), claim()])).flat();
      expect(claimed).toHaveLength(7);
      expect(new Set(claimed).size).toBe(7);
      expect(await claim()).toEqual([]);
      expect(await store.sizeOfSet('due')).toBe(11);
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
      expect(await store.batch([['claimDue', 'short', 9, 1_000]])).toEqual([[]]);
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
      const heard = listenToNews(store);
      await store.set('a', '1', 600_000);
      await interrupt?.();
      const read = () => store.get('a').catch(() => 'away');
      await expect.poll(read).toBe('1');
      await expect.poll(() => heard.gaps).toBe(interrupt ? 1 : 0);
      const tell = async () => {
        await store.publish('news', 'again');
        return heard.messages.length;
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
          store.addToSet('d', 'e', 1),
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

    it('does several steps in one go, and tells what each comes to', async () => {
      const { store } = await make();
      let heard = '';
      store.subscribe('news', (message) => {
        heard = message;
      });
      const results = await store.batch([
        ['get', 'a'],
        ['set', 'a', '"ü€😀"\n', 600_000],
        ['get', 'a'],
        ['setIfAbsent', 'a', '2', 600_000],
        ['setIfAbsent', 'b', '2', 600_000],
        ['increment', 'count', 600_000],
        ['increment', 'count', 600_000],
        ['decrement', 'count'],
        ['decrement', 'never there'],
        ['get', 'count'],
        ['get', 'never there'],
        ['addToSet', 'set', 'm', -1.5],
        ['addIfAbsent', 'set', 'm', 7],
        ['addIfAbsent', 'set', 'b', Number.MAX_SAFE_INTEGER, 600_000],
        ['scoreInSet', 'set', 'm'],
        ['scoreInSet', 'set', 'b'],
        ['scoreInSet', 'set', 'none'],
        ['membersOfSet', 'set'],
        ['membersOfSet', 'none'],
        ['valuesOfSet', 'set', ''],
        ['sizeOfSet', 'set'],
        ['removeFromSet', 'set', 'b'],
        ['delete', 'b'],
        ['get', 'b'],
        ['publish', 'news', 'hello'],
      ]);
      const nothing = undefined;
      const told = [nothing, nothing, '"ü€😀"\n', false, true, 1, 2, 1, nothing, '1', nothing];
      const ofSets = [nothing, nothing, nothing, -1.5, Number.MAX_SAFE_INTEGER, nothing];
      const lists = [['m', 'b'], [], [['b', '2']], 2, nothing, nothing, nothing, nothing];
      expect(results).toEqual([...told, ...ofSets, ...lists]);
      await expect.poll(() => heard).toBe('hello');
      expect(await store.batch([])).toEqual([]);
      await store.close();
    });

    it('ends a batch before a condition that does not hold', async () => {
      const { store } = await make();
      await store.set('there', '3', 600_000);
      await store.addToSet('one', 'a', 1);
      await store.addToSet('other', 'b', 1);
      const holds = [
        ['ifPresent', 'there'],
        ['ifAbsent', 'none'],
        ['ifBelow', 'there', 4],
        ['ifBelow', 'none', 1],
        ['ifClaimed', 'there', '3', 600_000],
        ['ifClaimed', 'mine', 'me', 600_000],
        ['ifScore', 'one', 'a', 1],
        ['ifRoom', 'one', 'other', 3, 'c'],
        ['ifRoom', 'one', 'other', 2, 'a'],
        ['ifRoom', 'nothing', 'none', 1, 'a'],
      ] as const;
      const held = await store.batch([...holds, ['get', 'mine']]);
      expect(held).toEqual([...holds.map(() => true), 'me']);
      const doNotHold = [
        ['ifPresent', 'none'],
        ['ifAbsent', 'there'],
        ['ifBelow', 'there', 3],
        ['ifBelow', 'none', 0],
        ['ifClaimed', 'mine', 'you', 600_000],
        ['ifScore', 'one', 'a', 2],
        ['ifScore', 'one', 'none', 1],
        ['ifScore', 'none', 'a', 1],
        ['ifRoom', 'one', 'other', 2, 'c'],
      ] as const;
      for (const condition of doNotHold) {
        const steps = [['set', 'before', 'x', 600_000], condition, ['set', 'after', 'x', 1_000]];
        expect(await store.batch(steps as never)).toHaveLength(1);
        expect([await store.get('before'), await store.get('after')]).toEqual(['x', undefined]);
        await store.delete('before');
      }
      await store.close();
    });

    it('lets no more into two sets together than there is room for, however many come at once', async () => {
      const { store } = await make();
      await store.addToSet('taken', 'z', 1);
      const come = Array.from({ length: 20 }, (_, index) =>
        store.batch([
          ['ifRoom', 'reserved', 'taken', 4, `m${index}`],
          ['schedule', 'reserved', `m${index}`, 600_000, 600_000],
        ]),
      );
      const came = (await Promise.all(come)).filter(({ length }) => length === 2);
      expect([came.length, await store.sizeOfSet('reserved')]).toEqual([3, 3]);
      await store.close();
    });

    it('knows what is due by its own time, gives it to one, and again if that one does not do it', async () => {
      const { pass, store } = await make();
      await store.batch([
        ['schedule', 'due', 'later', 600_000],
        ['schedule', 'due', 'second', 20],
        ['schedule', 'due', 'first', 10],
      ]);
      const claim = async (until: number) => {
        const [claims = []] = await store.batch([['claimDue', 'due', 9, until]]);
        return claims.map(([member]) => member);
      };
      await pass(50);
      const [first, second] = await Promise.all([claim(600_000), claim(600_000)]);
      expect([first, second].sort((one = [], other = []) => other.length - one.length)).toEqual([
        ['first', 'second'],
        [],
      ]);
      // Whoever got this one does not come back.
      await store.batch([['schedule', 'due', 'lost', 0]]);
      expect(await claim(1)).toEqual(['lost']);
      await pass(50);
      expect(await claim(1)).toEqual(['lost']);
      await store.batch([
        ['removeFromSet', 'due', 'first'],
        ['removeFromSet', 'due', 'second'],
      ]);
      await pass(50);
      const [now = 0, , members] = await store.batch([
        ['now'],
        ['dropDue', 'due'],
        ['membersOfSet', 'due'],
      ]);
      expect(members).toEqual(['later']);
      const score = (await store.scoreInSet('due', 'later')) ?? 0;
      expect(score).toBeGreaterThan(now);
      expect(score).toBeLessThanOrEqual(now + 600_000);
      await store.close();
    });

    it('lets who has claimed a member take it out, unless somebody has moved it since', async () => {
      const { pass, store } = await make();
      for (const member of ['kept', 'moved']) await store.batch([['schedule', 'due', member, 0]]);
      await pass(50);
      const [claims = []] = await store.batch([['claimDue', 'due', 9, 60_000]]);
      await store.batch([
        ['scheduleIfAbsent', 'due', 'kept', 600_000],
        ['scheduleIfAbsent', 'due', 'new', 600_000],
        ['schedule', 'due', 'moved', 600_000],
      ]);
      expect(claims.map(([member]) => member)).toEqual(['kept', 'moved']);
      for (const [member, score] of claims) {
        await store.batch([
          ['ifScore', 'due', member, score],
          ['removeFromSet', 'due', member],
        ]);
      }
      expect((await store.membersOfSet('due')).sort()).toEqual(['moved', 'new']);
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
