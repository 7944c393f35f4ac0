import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ChannelInput,
  type ChannelState,
  nextState,
} from '../../src/channel/channel-state.js';

const INPUTS: Record<string, ChannelInput> = {
  'wire up': 'wire-up',
  'relay valid': 'relay-valid',
  'relay checks (anew)': 'relay-checks',
  'wire lost': 'wire-lost',
  end: 'end',
};

/** The table in the file's comment, which is what people read. */
const rows = readFileSync('src/channel/channel-state.ts', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith(' * |'))
  .map((line) =>
    line
      .slice(4, -2)
      .split(' | ')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
const [[, ...states] = [], , ...table] = rows;

describe('a channel’s state', () => {
  it('is in the table for every input and every state', () => {
    expect(states).toEqual(['connecting', 'checking', 'open', 'reconnecting', 'closed']);
    expect(table.map(([input]) => input)).toEqual(Object.keys(INPUTS));
  });

  for (const [input = '', ...cells] of table) {
    for (const [index, cell] of cells.entries()) {
      const state = states[index] as ChannelState;
      it(`${state}, ${input}: ${cell}`, () => {
        expect(nextState(state, INPUTS[input] as ChannelInput)).toBe(cell === '–' ? state : cell);
      });
    }
  }
});
