import type { Player, RelayConnection } from 'relais';
import { element, find } from '../elements/element.js';

/** The list of all who have a seat. The host can take the seats of others away. */
export class Roster {
  readonly #list: HTMLElement;
  readonly #gist: HTMLElement;
  readonly #onKick: (player: Player) => void;
  #shown = '';

  constructor(root: HTMLElement, onKick: (player: Player) => void) {
    this.#list = find('.roster', root);
    this.#gist = find('details:has(.roster) .gist', root);
    this.#onKick = onKick;
    this.#list.append(element('li', 'nobody', 'Nobody yet.'));
  }

  show({ playerId, players, role }: RelayConnection): void {
    const key = JSON.stringify([players, role, playerId]);
    if (key === this.#shown) return;
    this.#shown = key;
    const rows = players.map((player) => {
      const isMe = player.playerId === playerId;
      const name = element('span', 'player', short(player.playerId));
      name.title = player.playerId;
      const row = element(
        'li',
        '',
        name,
        element('span', 'tag', isMe ? `you, ${player.role}` : player.role),
      );
      if (role === 'server' && !isMe) row.append(this.#kickButton(player));
      return row;
    });
    this.#gist.textContent = players.length === 0 ? '' : String(players.length);
    this.#list.replaceChildren(
      ...(rows.length > 0 ? rows : [element('li', 'nobody', 'Nobody yet.')]),
    );
  }

  #kickButton(player: Player): HTMLButtonElement {
    const button = element('button', 'danger', 'Kick');
    button.type = 'button';
    button.ariaLabel = `Kick ${short(player.playerId)}`;
    button.addEventListener('click', () => {
      button.disabled = true;
      this.#onKick(player);
    });
    return button;
  }
}

function short(playerId: string): string {
  return playerId.length > 18 ? `${playerId.slice(0, 16)}…` : playerId;
}
