import type { Rest } from './rules.js';

/** Tells those who cannot see the field who comes and goes, and how a round ended. */
export class News {
  readonly #tell: (text: string) => void;
  #names: Rest['names'] | undefined;
  #wasOver = false;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** @param rest - nothing where there is no game. */
  hear(rest: Rest | undefined): void {
    const before = this.#names;
    this.#names = rest?.names;
    if (!rest) return;
    if (rest.isOver && !this.#wasOver) this.#tell(verdictOf(rest));
    this.#wasOver = rest.isOver;
    if (!before) return;
    const news = rest.names.flatMap((name, place) => {
      const old = before[place] ?? null;
      if (old === null && name !== null) return [`${name} joined.`];
      if (old !== null && name === null) return [`${old} left.`];
      return [];
    });
    if (news.length > 0) this.#tell(news.join(' '));
  }
}

/** Who won the round, in a sentence. */
export function verdictOf({ names, scores }: Rest): string {
  const best = Math.max(...scores);
  if (best === 0) return 'Nobody has a gem.';
  const winners = names.filter((name, place) => name !== null && scores[place] === best);
  const gems = best === 1 ? '1 gem' : `${best} gems`;
  return winners.length === 1
    ? `${winners[0]} wins with ${gems}.`
    : `${winners.join(' and ')} share the win, ${gems} each.`;
}
