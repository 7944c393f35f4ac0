import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Lobby } from '../../../docs/recipes/react.js';

const root = document.body.appendChild(document.createElement('div'));
createRoot(root).render(
  <StrictMode>
    <Lobby />
  </StrictMode>,
);
