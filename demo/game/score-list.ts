import { element } from '../elements/element.js';
import { MOST_PLAYERS, type Rest } from './rules.js';

/** What a line shows. */
interface Line {
  readonly line: HTMLElement;
  readonly name: HTMLElement;
  readonly tag: HTMLElement;
  readonly score: HTMLElement;
  readonly kick: HTMLButtonElement;
}

/**
 * Who plays, and how it stands, in words. Each place has a line that stays where it is, so that nothing moves, and no
 * button is under the finger that was not there before.
 */
export class ScoreList {
  readonly #lines: readonly Line[];
  #shown = '';

  /** @param onKick - called with the place of the player whom the host sends away. */
  constructor(list: HTMLElement, onKick: (place: number) => void) {
    this.#lines = Array.from({ length: MOST_PLAYERS }, (_, place) => {
      const dot = element('i', 'dot');
      dot.style.background = `var(--magpie-${place})`;
      const name = element('span', 'name');
      const tag = element('span', 'tag');
      const score = element('span', 'score');
      const kick = element('button', 'danger', 'Kick');
      kick.type = 'button';
      kick.addEventListener('click', () => onKick(place));
      const line = element('li', '', dot, name, tag, kick, score);
      list.append(line);
      return { line, name, tag, score, kick };
    });
    this.show(undefined, undefined, () => false);
  }

  /** @param canKick - whether the viewer may send away who has that place. */
  show(rest: Rest | undefined, me: number | undefined, canKick: (place: number) => boolean): void {
    const best = Math.max(1, ...(rest?.scores ?? []));
    const lines = this.#lines.map((_, place) => ({
      name: rest?.names[place] ?? null,
      score: rest?.scores[place] ?? 0,
      tags: [place === me && 'you', place === 0 && 'host']
        .filter((tag) => tag && rest?.names[place])
        .join(', '),
      leads: rest?.scores[place] === best,
      isKickable: canKick(place),
    }));
    const key = JSON.stringify(lines);
    if (key === this.#shown) return;
    this.#shown = key;
    for (const [place, { name, score, tags, leads, isKickable }] of lines.entries()) {
      const shown = this.#lines[place];
      if (!shown) continue;
      shown.line.classList.toggle('free', name === null);
      shown.line.classList.toggle('leads', leads && name !== null);
      shown.name.textContent = name ?? 'free';
      shown.tag.textContent = tags;
      shown.tag.hidden = tags === '';
      shown.score.textContent = name === null ? '' : String(score);
      shown.kick.hidden = !isKickable || name === null;
      shown.kick.ariaLabel = `Kick ${name}`;
    }
  }
}
