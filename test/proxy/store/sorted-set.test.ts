import { expect, it } from 'vitest';
import { SortedSet } from '../../../src/proxy/store/sorted-set.js';

it('takes the lowest of a set, in whichever order they came and moved', () => {
  const set = new SortedSet(Number.POSITIVE_INFINITY);
  const scores = new Map<string, number>();
  let seed = 7;
  const draw = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 300; round += 1) {
    for (let count = 0; count < 5; count += 1) {
      const [member, score] = [`m${draw(40)}`, draw(100)];
      scores.set(member, score);
      set.add(member, score);
    }
    const gone = `m${draw(40)}`;
    scores.delete(gone);
    set.delete(gone);
    const [highest, limit] = [draw(60), 1 + draw(4)];
    const due = [...scores]
      .filter(([, score]) => score <= highest)
      .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([member]) => member);
    for (const member of due) scores.delete(member);
    expect(set.take(highest, limit)).toEqual(due);
  }
});
