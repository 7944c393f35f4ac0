import { CANVAS, Game, Scene } from 'phaser';
import { LobbyScene } from '../../../docs/recipes/phaser.js';

class MatchScene extends Scene {
  constructor() {
    super('match');
  }

  create({ link }: { readonly link: string }): void {
    document.body.dataset['link'] = link;
  }
}

new Game({ type: CANVAS, width: 320, height: 200, scene: [LobbyScene, MatchScene] });
