import { type GameWindow, onPage, type ScriptedPage } from './game-pages.js';

/** Has a worker of the page's do something; it tells the page's `events`. */
export const tellWorker = (page: ScriptedPage, ...act: string[]): Promise<void> =>
  onPage(
    page,
    (game: GameWindow & { worker?: Worker }, act) => {
      if (!game.worker) {
        game.worker = new Worker('./worker.js', { type: 'module' });
        game.worker.onmessage = ({ data }) => game.events.push(data);
        game.worker.onerror = ({ message }) => game.events.push(['uncaught', message]);
      }
      game.worker.postMessage(act);
    },
    act,
  );
