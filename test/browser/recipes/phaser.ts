import { CANVAS, Game } from 'phaser';
import { MatchScene, relais } from '../../../docs/recipes/phaser.js';
import { CODE, tellGame } from '../../support/recipe-page.js';

const scene = new MatchScene();
const game = new Game({ type: CANVAS, width: 320, height: 200, plugins: { global: [relais] } });
game.scene.add('match', scene, true, { code: CODE });
tellGame(() => scene.relais?.relay.joinCode);
