/** What is another one in each run: a session's id, a guest's, a join code. */
const ALWAYS = [
  /\b[0-9a-f]{12}-S\b/g,
  /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
  /\b[6789BCDFGHJKLMNPQRTW]{8}\b/g,
];

/**
 * What a page shows, or a terminal, without what is another one in each run, and without the blanks that align columns:
 * so that the two can be compared.
 *
 * @param varies - What else is: each with the flag `g`.
 */
export function sameOutput(text: string, varies: readonly RegExp[] = []): string {
  return [...ALWAYS, ...varies]
    .reduce((rest, pattern) => rest.replaceAll(pattern, '~'), text)
    .replace(/[ \t]+/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}
