/** What a test finds on a recipe's page. */
export interface RecipePage {
  /** The match's code, once there is a match. */
  code(): string | undefined;
  /** Takes the game off the page. */
  remove(): void;
}

/** The code of the match that the page is to join, if any. */
export const CODE = location.hash.slice(1) || undefined;

/** Puts a canvas on the page. */
export function addCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 200;
  return document.body.appendChild(canvas);
}

/** Puts a line of text on the page. @returns what changes it. */
export function addText(): (text: string) => void {
  const line = document.body.appendChild(document.createElement('p'));
  return (text) => {
    line.textContent = text;
  };
}

/** Tells the test what is on the page. */
export function tellGame(code: RecipePage['code'], remove = () => {}): void {
  Object.assign(globalThis, { game: { code, remove } satisfies RecipePage });
}
