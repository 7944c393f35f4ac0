// A lobby scene that hosts a match, or joins one by code, and starts the match scene once the relay is there.
import { type GameObjects, Scene } from 'phaser';
import { type Endpoint, RelayConnection } from 'relais';

// One for the whole game: scenes come and go.
export const relay = new RelayConnection('https://studio.example/relay');

export class LobbyScene extends Scene {
  #status: GameObjects.Text | undefined;

  constructor() {
    super('lobby');
  }

  create({ code }: { readonly code?: string }): void {
    this.#status = this.add.text(16, 16, 'Looking for a relay …');
    // Who comes back from a match leaves it; it is over before the next one is asked for.
    relay.leave();
    // Phaser's emitter and this one are the same library: the third argument is `this`.
    relay.on('session', this.#showPlayers, this);
    relay.on('retrying', this.#showRetry, this);
    relay.on('open', this.#startMatch, this);
    relay.on('error', this.#showError, this);
    // A scene that ends takes its listeners with it; the connection stays.
    this.events.once('shutdown', () => {
      relay.off('session', this.#showPlayers, this);
      relay.off('retrying', this.#showRetry, this);
      relay.off('open', this.#startMatch, this);
      relay.off('error', this.#showError, this);
    });
    // Whatever they fail with comes as an event, a code of spaces too: there is nothing to catch.
    if (code) relay.join(code);
    else relay.create();
  }

  #showPlayers(): void {
    this.#status?.setText(`${relay.joinCode}: ${relay.players.length} players`);
  }

  #startMatch(endpoint: Endpoint): void {
    this.scene.start('match', endpoint);
  }

  #showError({ message }: { readonly message: string }): void {
    this.#status?.setText(message);
  }

  #showRetry({ attempt }: { readonly attempt: number }): void {
    this.#status?.setText(`Connection lost, try ${attempt} …`);
  }
}
