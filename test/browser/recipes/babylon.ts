import { play } from '../../../docs/recipes/babylon.js';
import { addCanvas, addText, CODE, tellGame } from '../../support/recipe-page.js';

const show = addText();
play(addCanvas(), show, CODE).then((relay) => tellGame(() => relay.joinCode));
