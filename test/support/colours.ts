import type { Page } from 'playwright-core';

/** Where something is on a page as the player sees it, in pixels from its left and top edge. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What is blue, and what is orange or yellow: engines shade the same colour differently. */
export type Colour = 'blue' | 'orange';

/**
 * Where a colour is on a page, as its middle; `undefined` where there is none. The page's picture is looked at, so it
 * does not matter which engine has drawn it.
 *
 * @param eye - Another page, which looks at the picture.
 */
export async function findColour(page: Page, colour: Colour, eye: Page): Promise<Spot | undefined> {
  const picture = (await page.screenshot()).toString('base64');
  return eye.evaluate(
    async ([png, wanted]) => {
      const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
      const bitmap = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const pen = canvas.getContext('2d');
      pen?.drawImage(bitmap, 0, 0);
      const { data = [] } = pen?.getImageData(0, 0, bitmap.width, bitmap.height) ?? {};
      const sum = { x: 0, y: 0, count: 0 };
      for (let at = 0; at < data.length; at += 4) {
        const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
        const isIt =
          wanted === 'blue'
            ? red < 100 && green > 150 && blue > 200
            : red > 200 && green > 120 && blue < 100;
        if (!isIt) continue;
        sum.x += (at / 4) % bitmap.width;
        sum.y += Math.floor(at / 4 / bitmap.width);
        sum.count += 1;
      }
      return sum.count > 20 ? { x: sum.x / sum.count, y: sum.y / sum.count } : undefined;
    },
    [picture, colour] as const,
  );
}
