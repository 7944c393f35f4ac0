import { find } from '../elements/element.js';
import type { PlayerName } from '../players/player-name.js';
import type { SeatStatus } from './seat-game.js';

/** What stands before the field while there is no game: a sentence, and the way in where there is one. */
interface Words {
  readonly text: string;
  readonly button?: string;
}

const IN_WAY: Words = { text: 'Saying hello to the host …' };
const FULL: Words = { text: 'Eight play already. You are in as soon as somebody leaves.' };

const WAITING: Partial<Record<SeatStatus['connection'], string>> = {
  requesting: 'Asking for a session …',
  waiting: 'A relay is on its way …',
};

function wordsFor(player: PlayerName, status: SeatStatus): Words | undefined {
  const { connection, failure, hasChannel, isFull } = status;
  if (hasChannel) return isFull ? FULL : IN_WAY;
  const waiting = WAITING[connection];
  if (waiting) return { text: waiting };
  if (connection === 'open') return { text: failure ?? 'The relay checks who you are …' };
  const again = connection === 'idle' ? '' : ' again';
  const over = {
    idle: 'Gather gems. Dash into others: they drop theirs.',
    closed: 'The match is over for you.',
    failed: 'That did not work. The words beside “failed” say why.',
  }[connection as 'idle' | 'closed' | 'failed'];
  return { text: over, button: player === 'Host' ? `Play${again}` : `Join the game${again}` };
}

/** What covers the field while nobody plays on it. */
export class Curtain {
  readonly #root: HTMLElement;
  readonly #text: HTMLElement;
  readonly #button: HTMLButtonElement;
  #shown = '';

  constructor(root: HTMLElement, onPlay: () => void) {
    this.#root = root;
    this.#text = find('p', root);
    this.#button = find('button', root);
    this.#button.addEventListener('click', onPlay);
  }

  /** @param isPlayed - whether there is a field to see, with the player on it. */
  show(player: PlayerName, status: SeatStatus, isPlayed: boolean): void {
    const words = isPlayed ? undefined : wordsFor(player, status);
    const key = JSON.stringify(words);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#root.hidden = !words;
    if (!words) return;
    this.#text.textContent = words.text;
    this.#button.hidden = !words.button;
    this.#button.textContent = words.button ?? '';
  }
}
