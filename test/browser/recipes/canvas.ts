import { play } from '../../../docs/recipes/canvas.js';

const relay = play(document.body.appendChild(document.createElement('canvas')));
relay.on('open', ({ link }) => {
  document.body.dataset['link'] = link;
});
