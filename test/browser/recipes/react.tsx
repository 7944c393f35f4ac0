import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Game } from '../../../docs/recipes/react.js';
import { CODE, tellGame } from '../../support/recipe-page.js';

const element = document.body.appendChild(document.createElement('div'));
const root = createRoot(element);
root.render(
  <StrictMode>
    <Game code={CODE} />
  </StrictMode>,
);
tellGame(
  () => /^Join with (\w+)/.exec(element.innerText)?.[1],
  () => root.unmount(),
);
