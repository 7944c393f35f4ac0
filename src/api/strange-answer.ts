/**
 * What errors say of an answer that is not the other side's own. Of a redirect, browsers hide all but that it was one:
 * its status is 0.
 */
export const strangeAnswer = (
  { base, name }: { readonly base: string; readonly name: string },
  status: number,
): string =>
  `The ${name} answered ${status ? `${status} without its JSON` : 'with a redirect'}. Is ${base} right?`;
