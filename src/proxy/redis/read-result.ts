import type { StoreStep } from '../store/index.js';

/** The steps whose results are numbers, which come as texts or as numbers. */
const NUMBERS = new Set(['increment', 'decrement', 'scoreInSet', 'sizeOfSet', 'now']);
/** The steps whose results are lists. */
const LISTS = new Set(['membersOfSet', 'valuesOfSet']);

/** What a step of a batch comes to, from what Redis answers. */
export function readResult(step: StoreStep | undefined, answer: unknown): unknown {
  const name = step?.[0] ?? '';
  if (name === 'setIfAbsent' || name.startsWith('if')) return answer === 1;
  if (LISTS.has(name)) return answer;
  if (name === 'claimDue') {
    return (answer as [string, string][]).map(([member, score]) => [member, Number(score)]);
  }
  if (answer === null || (name !== 'get' && !NUMBERS.has(name))) return undefined;
  return NUMBERS.has(name) ? Number(answer) : answer;
}
