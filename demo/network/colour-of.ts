/**
 * A colour of the page, for a canvas. Its custom property has to be registered by `@property`: of any other the page
 * hands out the text, `light-dark(…)` and all.
 */
export function colourOf(box: Element, property: string): string {
  return getComputedStyle(box).getPropertyValue(property);
}
