import { MOST_PLAYERS } from './rules.js';

/** The colours that the canvas is drawn with, as the stylesheet has them. */
export interface Palette {
  /** By the players' places. */
  readonly magpies: readonly string[];
  readonly ink: string;
  readonly field: string;
  readonly gem: string;
  readonly facet: string;
  readonly fox: string;
  readonly dark: string;
  readonly light: string;
}

/** Reads the colours, and again each time that they change between light and dark. */
export function usePalette(canvas: HTMLElement): { readonly current: Palette } {
  const palette = { current: readPalette(canvas) };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette.current = readPalette(canvas);
  });
  return palette;
}

function readPalette(canvas: HTMLElement): Palette {
  // A custom property is read as it is written; a colour as the one that is seen.
  const read = (name: string) => {
    canvas.style.color = `var(--${name})`;
    return getComputedStyle(canvas).color;
  };
  const palette = {
    magpies: Array.from({ length: MOST_PLAYERS }, (_, place) => read(`magpie-${place}`)),
    ink: read('ink'),
    field: read('field'),
    gem: read('gem'),
    facet: read('facet'),
    fox: read('fox'),
    dark: read('feather-dark'),
    light: read('feather-light'),
  };
  canvas.style.color = '';
  return palette;
}
